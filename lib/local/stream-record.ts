import type { AttributeValue, _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';

/** A stream record in the shape in which Lambda hands it to functions. */
export interface LambdaStreamRecord {
  readonly eventID: string | undefined;
  readonly eventName: string | undefined;
  readonly eventVersion: string | undefined;
  readonly eventSource: string;
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly dynamodb: {
    /** Seconds. */
    readonly ApproximateCreationDateTime: number | undefined;
    readonly Keys: unknown;
    readonly NewImage: unknown;
    readonly OldImage: unknown;
    readonly SequenceNumber: string;
    readonly SizeBytes: number | undefined;
    readonly StreamViewType: string | undefined;
  };
  readonly userIdentity?: { readonly principalId: string | undefined; readonly type: string | undefined };
}

export function toLambdaRecord(record: StreamRecord, streamArn: string): LambdaStreamRecord {
  const { dynamodb: change, userIdentity: user } = record;
  return {
    eventID: record.eventID,
    eventName: record.eventName,
    eventVersion: record.eventVersion,
    eventSource: 'aws:dynamodb',
    awsRegion: 'local-1',
    eventSourceARN: streamArn,
    dynamodb: {
      ApproximateCreationDateTime:
        change?.ApproximateCreationDateTime && change.ApproximateCreationDateTime.getTime() / 1000,
      Keys: image(change?.Keys),
      NewImage: image(change?.NewImage),
      OldImage: image(change?.OldImage),
      SequenceNumber: change?.SequenceNumber ?? '',
      SizeBytes: change?.SizeBytes,
      StreamViewType: change?.StreamViewType,
    },
    ...(user && { userIdentity: { principalId: user.PrincipalId, type: user.Type } }),
  };
}

type Image = Readonly<Record<string, AttributeValue>>;

const image = (attributes: Image | undefined): unknown =>
  attributes &&
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attribute(value)]));

/** Binary values travel as base64 in Lambda's JSON, where the SDK has bytes. */
function attribute(value: AttributeValue): unknown {
  if (value.B) return { B: Buffer.from(value.B).toString('base64') };
  if (value.BS) return { BS: value.BS.map((bytes) => Buffer.from(bytes).toString('base64')) };
  if (value.L) return { L: value.L.map(attribute) };
  if (value.M) return { M: image(value.M) };
  return value;
}
