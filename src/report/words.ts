import type { Category, Severity } from '#exposure'

const sources: Readonly<Record<string, string>> = {
  rootdse: 'Server information (rootDSE)',
  'ldap-domain': 'Domain objects',
  'ldap-config': 'Configuration',
  'ldap-schema': 'Schema',
  'ldap-dns': 'DNS zones',
  nTSecurityDescriptor: 'Permissions',
  'ldap-probe': 'LDAP probes of domain controllers',
  sysvol: 'SYSVOL',
  'smb-probe': 'SMB probes of domain controllers',
  rpc: 'Remote procedure calls',
  registry: 'Registry of domain controllers and authorities',
}

/** A source of facts in words. */
export function nameOfSource(source: string): string {
  return sources[source] ?? source
}

/** Sources that make up "the directory": reading them needs only LDAP. */
export const directorySources: readonly string[] = [
  'rootdse',
  'ldap-domain',
  'ldap-config',
  'ldap-schema',
  'ldap-dns',
  'nTSecurityDescriptor',
]

/** Categories in words. */
export const areaNames: Readonly<Record<Category, string>> = {
  accounts: 'Accounts',
  acl: 'Permissions',
  adcs: 'Certificate services',
  delegation: 'Delegation',
  dns: 'DNS',
  'domain-controllers': 'Domain controllers',
  'entra-hybrid': 'Entra hybrid',
  exchange: 'Exchange',
  'forest-config': 'Forest configuration',
  gpo: 'Group policy',
  hygiene: 'Hygiene',
  kerberos: 'Kerberos',
  laps: 'LAPS',
  ldap: 'LDAP',
  passwords: 'Passwords',
  privilege: 'Privileged groups',
  'service-accounts': 'Service accounts',
  stale: 'Stale objects',
  sysvol: 'SYSVOL',
  trusts: 'Trusts',
}

/** What a severity says, for the one who has to choose what to do first. */
export const severityMeanings: Readonly<Record<Severity, string>> = {
  critical: 'an ordinary user, or somebody outside, can take over the forest with it',
  high: 'one more step, or one more mistake, leads there',
  medium: 'makes an attack easier or harder to notice',
  low: 'good housekeeping',
  info: 'worth knowing',
}
