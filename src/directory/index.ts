export { DirectoryError, type DirectoryErrorCode } from './error.ts'
export * from './flags.ts'
export { type Guid, guid, isGuid, nullGuid, parseGuid, readGuid, writeGuid } from './guid.ts'
export {
  attributeGuid,
  classGuid,
  confidentialAttributes,
  extendedRight,
  propertySet,
  validatedWrite,
} from './known-schema.ts'
export {
  type AttributeDefinition,
  type ClassDefinition,
  type GuidMeaning,
  type RightDefinition,
  SchemaIndex,
} from './schema.ts'
export * from './security-descriptor.ts'
export {
  type Sid,
  domainOfSid,
  formatSid,
  isDomainSid,
  isSid,
  parseSid,
  readSid,
  ridOfSid,
  writeSid,
} from './sid.ts'
export { type Syntax, type SyntaxName, syntaxOf, syntaxes } from './syntax.ts'
export {
  formatFileTime,
  formatGeneralizedTime,
  formatInterval,
  parseFileTime,
  parseGeneralizedTime,
  parseInterval,
  readFileTime,
  readInterval,
  writeFileTime,
} from './time.ts'
export * from './well-known.ts'
export {
  type Dn,
  type DnWithBinary,
  type DnWithString,
  type ExtendedDn,
  type MangledName,
  type NamePart,
  type Rdn,
  canonicalName,
  dnKey,
  dnOfDnsName,
  dnsNameOfDn,
  escapeDnValue,
  foldName,
  formatDn,
  formatDnWithBinary,
  formatDnWithString,
  formatRdn,
  isBelow,
  nameOfDn,
  parentDn,
  parseDn,
  parseDnWithBinary,
  parseDnWithString,
  parseExtendedDn,
  parseMangledName,
  rdnOf,
} from './dn.ts'
export {
  type Attribute,
  type AttributeName,
  type Form,
  type ValueOf,
  attribute,
  attributeNames,
  isOnlyWhenNamed,
  isSecret,
} from './attributes.ts'
export { baseAttributes } from './base-attributes.ts'
export { type Kind, kinds } from './kinds.ts'
export {
  type Coverage,
  type CoverageGap,
  type Domain,
  type LdapProbe,
  type ObjectId,
  type Origin,
  type RawAttribute,
  Snapshot,
  SnapshotBuilder,
  type Source,
} from './snapshot.ts'
export { Access, type Holder, type Operation } from './access.ts'
export { type Verdict } from './access-check.ts'
export { type MembershipOptions, Memberships, type UnreadMember } from './groups.ts'
export { TierZero } from './tier-zero.ts'
export {
  type AttributeScope,
  type ConditionLiteral,
  type ConditionOperator,
  type ConditionToken,
  formatCondition,
  parseCondition,
  readCondition,
  writeCondition,
} from './condition.ts'
export {
  type ClaimType,
  type ResourceAttribute,
  formatResourceAttribute,
  parseResourceAttribute,
  readResourceAttribute,
  writeResourceAttribute,
} from './resource-attribute.ts'
export { type SddlContext, formatAce, formatSddl, parseSddl } from './sddl.ts'
export { type SnapshotCounts, SnapshotLineReader, snapshotLines } from './snapshot-file.ts'
export {
  type DnsProperty,
  type DnsRecord,
  dnsAllowUpdate,
  dnsPropertyId,
  dnsType,
  readDnsProperty,
  readDnsRecord,
} from './dns-record.ts'
export { type ForestTrustRecord, readForestTrustInfo } from './forest-trust-info.ts'
export { type KeyCredential, readKeyCredential } from './key-credential.ts'
export {
  type AttributeChange,
  type LinkChange,
  attid,
  lastChangeOf,
  parseReplValueMetaData,
  readReplPropertyMetaData,
} from './replication-metadata.ts'
export {
  type BulkEntry,
  type Entry,
  ForestBuilder,
  type ForestOptions,
  type FriendlyAttributes,
  type FriendlyValue,
  type Reach,
  type TestObject,
  type TestPrincipal,
  type Trustee,
  type In,
} from './builder.ts'
export { makeCertificate } from './builder-pki.ts'
export { writeReplPropertyMetaData } from './builder-values.ts'
export { defaultDescriptorOf, dnsAdminsAce, freshDescriptors } from './default-descriptors.ts'
export { handedDown, inheritDescriptor } from './inheritance.ts'
export { type CertificateFacts, readCertificate } from './certificate.ts'
export { certificateExtension, extendedKeyUsage, nameOfOid, weakAlgorithm } from './oid.ts'
export { standardTemplateNames } from './builder-pki.ts'
