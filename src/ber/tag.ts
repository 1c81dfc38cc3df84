/**
 * Identifier octets (X.690 §8.1.2): class in bits 8-7, constructed in bit 6, number in bits 5-1.
 * Numbers over 30 take further octets, which neither LDAP nor Kerberos uses; they are refused.
 */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  generalizedTime: 0x18,
  generalString: 0x1b,
  sequence: 0x30,
  set: 0x31,
  /** `[n] IMPLICIT` of a primitive type. */
  context: (number: number): number => 0x80 | number,
  /** `[n]` of a constructed type, or `[n] EXPLICIT`. */
  contextConstructed: (number: number): number => 0xa0 | number,
  /** `[APPLICATION n] IMPLICIT` of a primitive type. */
  application: (number: number): number => 0x40 | number,
  /** `[APPLICATION n]` of a constructed type. */
  applicationConstructed: (number: number): number => 0x60 | number,
} as const
