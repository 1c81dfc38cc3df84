import type { AttributeName } from './attributes.ts'

/**
 * Attributes that a snapshot, the kinds of its objects, memberships, access, schema, Tier Zero and coverage read themselves:
 * part of every collection, and of what every rule may lean on without declaring it.
 */
export const baseAttributes = [
  // What an object is, and where: kinds, naming contexts, domains. The category is what LDAP tools look for in a replica.
  'objectClass',
  'objectCategory',
  'objectGUID',
  'objectSid',
  'sAMAccountName',
  'displayName',
  'instanceType',
  'isDeleted',
  'nCName',
  'systemFlags',
  // Memberships and tokens.
  'member',
  'memberOf',
  'primaryGroupID',
  'groupType',
  'sAMAccountType',
  'userAccountControl',
  'sIDHistory',
  // Access, and the names of what an access list speaks of.
  'nTSecurityDescriptor',
  'dSHeuristics',
  'cn',
  'rightsGuid',
  'validAccesses',
  // The schema.
  'lDAPDisplayName',
  'schemaIDGUID',
  'attributeSecurityGUID',
  'searchFlags',
  'attributeID',
  'attributeSyntax',
  'oMSyntax',
  'oMObjectClass',
  'isSingleValued',
  'linkID',
  'governsID',
  'subClassOf',
  'objectClassCategory',
  'auxiliaryClass',
  'systemAuxiliaryClass',
  'possSuperiors',
  'systemPossSuperiors',
  'mayContain',
  'systemMayContain',
  'mustContain',
  'systemMustContain',
  'defaultSecurityDescriptor',
  // Tier Zero: domain controllers, their keys, authorities, the domains that only trusts tell of.
  'serverReference',
  'dNSHostName',
  'msDS-KrbTgtLink',
  'msDS-SecondaryKrbTgtNumber',
  'securityIdentifier',
  'trustAttributes',
  // The groups that Exchange works with, whose rights have exposures of their own.
  'otherWellKnownObjects',
  'msExchOtherWellKnownObjects',
] as const satisfies readonly AttributeName[]
