/** A certificate with its private key, made on the spot: Node reads certificates but makes none. */
import { generateKeyPairSync, sign } from 'node:crypto';

/** One ASN.1 value in DER. */
const der = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  const bytes = body.length < 128 ? [] : [...Buffer.from(body.length.toString(16).padStart(4, '0'), 'hex')];
  return Buffer.concat([
    Buffer.from(bytes.length === 0 ? [tag, body.length] : [tag, 0x80 + bytes.length, ...bytes]),
    body,
  ]);
};
const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content);
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** sha256WithRSAEncryption; commonName; as object identifiers. */
const algorithm = sequence(der(0x06, hex('2a864886f70d01010b')), der(0x05));
const nameOf = (name: string): Buffer =>
  sequence(der(0x31, sequence(der(0x06, hex('550403')), der(0x0c, Buffer.from(name)))));

export function selfSigned(name = 'lapse'): { readonly certificate: string; readonly privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const times = ['260101000000Z', '360101000000Z'].map((time) => der(0x17, Buffer.from(time)));
  const body = sequence(
    der(0xa0, der(0x02, hex('02'))),
    der(0x02, hex('01')),
    algorithm,
    nameOf(name),
    sequence(...times),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', body, privateKey);
  const whole = sequence(body, algorithm, der(0x03, hex('00'), signature));
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
