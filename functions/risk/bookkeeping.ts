const names = `
  AdminDisplayName DistinguishedName ExchangeObjectId ExchangeVersion Guid Id Identity ImmutableId
  IsRuleConfigurationSupported IsValid LastModifiedBy LastValidationTimestamp ManuallyModified Name
  NameHashGuid ObjectCategory ObjectClass ObjectState OrganizationId OrganizationalUnitRoot
  OrganizationalUnitRootInternal OriginatingServer RegexSize RuleConfigurationUnsupportedReason RuleVersion
  Size WhenChanged WhenChangedUTC WhenCreated WhenCreatedUTC
`;
const folded = new Set(names.toLowerCase().trim().split(/\s+/));

/** Who and where an object is, and what Exchange notes about it by itself: not what somebody set. */
export const isBookkeeping = (property: string): boolean => folded.has(property.toLowerCase());
