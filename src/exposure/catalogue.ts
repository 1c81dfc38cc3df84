/** Made by `npm run generate` from the files under rules/. Do not edit. */
import type { Exposure } from './define.ts'
import adcsCaHostControl from './rules/adcs/adcs-ca-host-control.ts'
import adcsEsc1 from './rules/adcs/adcs-esc1.ts'
import adcsEsc13 from './rules/adcs/adcs-esc13.ts'
import adcsEsc14WeakMapping from './rules/adcs/adcs-esc14-weak-mapping.ts'
import adcsEsc15 from './rules/adcs/adcs-esc15.ts'
import adcsEsc2 from './rules/adcs/adcs-esc2.ts'
import adcsEsc3Agent from './rules/adcs/adcs-esc3-agent.ts'
import adcsEsc4 from './rules/adcs/adcs-esc4.ts'
import adcsEsc5 from './rules/adcs/adcs-esc5.ts'
import adcsEsc8WebEnrollment from './rules/adcs/adcs-esc8-web-enrollment.ts'
import adcsEsc9 from './rules/adcs/adcs-esc9.ts'
import adcsNtauthControl from './rules/adcs/adcs-ntauth-control.ts'
import adcsNtauthUnknownCa from './rules/adcs/adcs-ntauth-unknown-ca.ts'
import adcsTemplateKdcOrSubca from './rules/adcs/adcs-template-kdc-or-subca.ts'
import dnsInsecureUpdateCore from './rules/dns/dns-insecure-update-core.ts'
import dnsServerObjectControl from './rules/dns/dns-server-object-control.ts'
import dnsWildcardRecord from './rules/dns/dns-wildcard-record.ts'
import ldapAnonymousHeuristic from './rules/ldap/ldap-anonymous-heuristic.ts'
import ldapAnonymousNspi from './rules/ldap/ldap-anonymous-nspi.ts'
import ldapAnonymousRead from './rules/ldap/ldap-anonymous-read.ts'
import ldapChannelBindingMissing from './rules/ldap/ldap-channel-binding-missing.ts'
import ldapPrewin2000Anonymous from './rules/ldap/ldap-prewin2000-anonymous.ts'
import ldapSigningNotRequired from './rules/ldap/ldap-signing-not-required.ts'
import privBroadPrincipalInAdminGroup from './rules/privilege/priv-broad-principal-in-admin-group.ts'
import privBuiltinAdmin from './rules/privilege/priv-builtin-admin.ts'
import privComputerInAdminGroup from './rules/privilege/priv-computer-in-admin-group.ts'
import privDelegationAllowed from './rules/privilege/priv-delegation-allowed.ts'
import privDnsadminsMembers from './rules/privilege/priv-dnsadmins-members.ts'
import privEphemeralMembership from './rules/privilege/priv-ephemeral-membership.ts'
import privForeignPrincipalInAdminGroup from './rules/privilege/priv-foreign-principal-in-admin-group.ts'
import privKeyAdminsMembers from './rules/privilege/priv-key-admins-members.ts'
import privKrbtgtExtraGroups from './rules/privilege/priv-krbtgt-extra-groups.ts'
import privNonDcInDomainControllers from './rules/privilege/priv-non-dc-in-domain-controllers.ts'
import privOperatorsNotEmpty from './rules/privilege/priv-operators-not-empty.ts'
import privPasswordOlderThan3Years from './rules/privilege/priv-password-older-than-3-years.ts'
import privRemoteAccessGroupsOnDc from './rules/privilege/priv-remote-access-groups-on-dc.ts'
import privServiceAccountDomainAdmin from './rules/privilege/priv-service-account-domain-admin.ts'
import privShadowPrincipals from './rules/privilege/priv-shadow-principals.ts'
import privTooManyAdmins from './rules/privilege/priv-too-many-admins.ts'
import privWeakPasswordPolicy from './rules/privilege/priv-weak-password-policy.ts'
import svcDmsaCreateDelegated from './rules/service-accounts/svc-dmsa-create-delegated.ts'
import svcDmsaSupersedesPrivileged from './rules/service-accounts/svc-dmsa-supersedes-privileged.ts'
import svcDmsaTargetLinkWritable from './rules/service-accounts/svc-dmsa-target-link-writable.ts'
import svcDmsaWriteExisting from './rules/service-accounts/svc-dmsa-write-existing.ts'
import svcGmsaReadersBroad from './rules/service-accounts/svc-gmsa-readers-broad.ts'
import svcGmsaTier0ReadableBelow from './rules/service-accounts/svc-gmsa-tier0-readable-below.ts'
import svcKdsRootKeyAcl from './rules/service-accounts/svc-kds-root-key-acl.ts'
import svcUserSpn from './rules/service-accounts/svc-user-spn.ts'

/** Every exposure Glacis knows, by category and id. */
export const catalogue: readonly Exposure[] = [
  adcsCaHostControl,
  adcsEsc1,
  adcsEsc13,
  adcsEsc14WeakMapping,
  adcsEsc15,
  adcsEsc2,
  adcsEsc3Agent,
  adcsEsc4,
  adcsEsc5,
  adcsEsc8WebEnrollment,
  adcsEsc9,
  adcsNtauthControl,
  adcsNtauthUnknownCa,
  adcsTemplateKdcOrSubca,
  dnsInsecureUpdateCore,
  dnsServerObjectControl,
  dnsWildcardRecord,
  ldapAnonymousHeuristic,
  ldapAnonymousNspi,
  ldapAnonymousRead,
  ldapChannelBindingMissing,
  ldapPrewin2000Anonymous,
  ldapSigningNotRequired,
  privBroadPrincipalInAdminGroup,
  privBuiltinAdmin,
  privComputerInAdminGroup,
  privDelegationAllowed,
  privDnsadminsMembers,
  privEphemeralMembership,
  privForeignPrincipalInAdminGroup,
  privKeyAdminsMembers,
  privKrbtgtExtraGroups,
  privNonDcInDomainControllers,
  privOperatorsNotEmpty,
  privPasswordOlderThan3Years,
  privRemoteAccessGroupsOnDc,
  privServiceAccountDomainAdmin,
  privShadowPrincipals,
  privTooManyAdmins,
  privWeakPasswordPolicy,
  svcDmsaCreateDelegated,
  svcDmsaSupersedesPrivileged,
  svcDmsaTargetLinkWritable,
  svcDmsaWriteExisting,
  svcGmsaReadersBroad,
  svcGmsaTier0ReadableBelow,
  svcKdsRootKeyAcl,
  svcUserSpn,
] as readonly unknown[] as readonly Exposure[]
