/** What a function asks AWS for to prove to Microsoft which role it runs as; its role is allowed no other token. */
export const tokenAudience = 'api://AzureADTokenExchange';
/** Microsoft accepts no other. */
export const tokenAlgorithm = 'RS256';
/** AWS's default, which is named all the same: a policy can only limit what a request says. It is exchanged at once. */
export const tokenLastsSeconds = 300;
