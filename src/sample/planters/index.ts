import type { Planter } from '../plant.ts'
import { accounts } from './accounts.ts'
import { acl } from './acl.ts'
import { adcs } from './adcs.ts'
import { delegation } from './delegation.ts'
import { dns } from './dns.ts'
import { domainControllers } from './domain-controllers.ts'
import { entraHybrid } from './entra-hybrid.ts'
import { exchange } from './exchange.ts'
import { forestConfig } from './forest-config.ts'
import { gpo } from './gpo.ts'
import { kerberos } from './kerberos.ts'
import { laps } from './laps.ts'
import { ldap } from './ldap.ts'
import { passwords } from './passwords.ts'
import { privilege } from './privilege.ts'
import { serviceAccounts } from './service-accounts.ts'
import { stale } from './stale.ts'
import { trusts } from './trusts.ts'

/** A planter for each exposure that can be planted. */
export const planters: Readonly<Record<string, Planter>> = {
  ...accounts,
  ...acl,
  ...adcs,
  ...delegation,
  ...dns,
  ...domainControllers,
  ...entraHybrid,
  ...exchange,
  ...forestConfig,
  ...gpo,
  ...kerberos,
  ...laps,
  ...ldap,
  ...passwords,
  ...privilege,
  ...serviceAccounts,
  ...stale,
  ...trusts,
}

/** Exposures that a sample has when none are named: what a forest that nobody looked after for some years has. */
export const believable: readonly string[] = [
  'acct-machine-account-quota',
  'acct-sidhistory-privileged',
  'acl-dc-owner',
  'acl-dcsync-unexpected',
  'acl-delegation-broad',
  'acl-shadow-credentials-broad',
  'acl-tier0-object-control',
  'adcs-esc1',
  'adcs-esc4',
  'adcs-esc8-web-enrollment',
  'dc-os-2012',
  'deleg-constrained-to-dc',
  'deleg-unconstrained-computer',
  'dns-wildcard-record',
  'entra-sync-account-dcsync',
  'exch-windows-permissions-writedacl',
  'gpo-link-write-domain',
  'krb-asrep-user',
  'krb-des-enabled',
  'krb-kerberoast-admin',
  'krb-krbtgt-password-old',
  'laps-readers',
  'ldap-channel-binding-missing',
  'ldap-prewin2000-anonymous',
  'ldap-signing-not-required',
  'priv-builtin-admin',
  'priv-delegation-allowed',
  'priv-dnsadmins-members',
  'priv-operators-not-empty',
  'priv-password-older-than-3-years',
  'pwd-in-text-attributes',
  'pwd-min-length',
  'pwd-not-required',
  'stale-os-pre-vista',
  'stale-precreated-computers',
  'stale-users-dormant',
  'svc-gmsa-readers-broad',
  'svc-user-spn',
  'trust-external-not-quarantined',
]
