/** Made by `npm run generate` from the files under rules/. Do not edit. */
import type { Exposure } from './define.ts'
import acctMachineAccountQuota from './rules/accounts/acct-machine-account-quota.ts'
import acctNameImpersonation from './rules/accounts/acct-name-impersonation.ts'
import acctSidhistoryPrivileged from './rules/accounts/acct-sidhistory-privileged.ts'
import aclAccountRestrictionsWrite from './rules/acl/acl-account-restrictions-write.ts'
import aclAdminsdholder from './rules/acl/acl-adminsdholder.ts'
import aclAltsecidWrite from './rules/acl/acl-altsecid-write.ts'
import aclConfidentialFlagRemoved from './rules/acl/acl-confidential-flag-removed.ts'
import aclConfigSchemaControl from './rules/acl/acl-config-schema-control.ts'
import aclDangerousExtendedRights from './rules/acl/acl-dangerous-extended-rights.ts'
import aclDcObjectControl from './rules/acl/acl-dc-object-control.ts'
import aclDcOwner from './rules/acl/acl-dc-owner.ts'
import aclDcsyncUnexpected from './rules/acl/acl-dcsync-unexpected.ts'
import aclDefaultSdChanged from './rules/acl/acl-default-sd-changed.ts'
import aclDelegationBroad from './rules/acl/acl-delegation-broad.ts'
import aclDfsrSysvolObjects from './rules/acl/acl-dfsr-sysvol-objects.ts'
import aclDomainHeadControl from './rules/acl/acl-domain-head-control.ts'
import aclDpapiBackupKeys from './rules/acl/acl-dpapi-backup-keys.ts'
import aclForceChangePasswordBroad from './rules/acl/acl-force-change-password-broad.ts'
import aclGroupMembershipWrite from './rules/acl/acl-group-membership-write.ts'
import aclInstallReplica from './rules/acl/acl-install-replica.ts'
import aclKeyAdminsFullControl from './rules/acl/acl-key-admins-full-control.ts'
import aclNullDacl from './rules/acl/acl-null-dacl.ts'
import aclProtectedObjectDiffers from './rules/acl/acl-protected-object-differs.ts'
import aclPsoControl from './rules/acl/acl-pso-control.ts'
import aclShadowCredentialsBroad from './rules/acl/acl-shadow-credentials-broad.ts'
import aclSidhistoryWrite from './rules/acl/acl-sidhistory-write.ts'
import aclTier0ObjectControl from './rules/acl/acl-tier0-object-control.ts'
import aclWellKnownContainerControl from './rules/acl/acl-well-known-container-control.ts'
import aclWritespnPrivileged from './rules/acl/acl-writespn-privileged.ts'
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
import delegConstrainedToDc from './rules/delegation/deleg-constrained-to-dc.ts'
import delegKrbtgt from './rules/delegation/deleg-krbtgt.ts'
import delegRbcdOnDc from './rules/delegation/deleg-rbcd-on-dc.ts'
import delegRbcdWritableBroad from './rules/delegation/deleg-rbcd-writable-broad.ts'
import delegRbcdWritableTier0 from './rules/delegation/deleg-rbcd-writable-tier0.ts'
import delegSsoAccount from './rules/delegation/deleg-sso-account.ts'
import delegTransitionToDc from './rules/delegation/deleg-transition-to-dc.ts'
import delegUnconstrainedComputer from './rules/delegation/deleg-unconstrained-computer.ts'
import delegUnconstrainedUser from './rules/delegation/deleg-unconstrained-user.ts'
import dnsInsecureUpdateCore from './rules/dns/dns-insecure-update-core.ts'
import dnsServerObjectControl from './rules/dns/dns-server-object-control.ts'
import dnsWildcardRecord from './rules/dns/dns-wildcard-record.ts'
import dcInconsistentRegistration from './rules/domain-controllers/dc-inconsistent-registration.ts'
import dcOs2012 from './rules/domain-controllers/dc-os-2012.ts'
import dcOsBefore2012 from './rules/domain-controllers/dc-os-before-2012.ts'
import dcPasswordOld from './rules/domain-controllers/dc-password-old.ts'
import dcRogueRegistration from './rules/domain-controllers/dc-rogue-registration.ts'
import rodcNeverRevealIncomplete from './rules/domain-controllers/rodc-never-reveal-incomplete.ts'
import rodcPrivilegedRevealed from './rules/domain-controllers/rodc-privileged-revealed.ts'
import rodcRevealOnDemandPrivileged from './rules/domain-controllers/rodc-reveal-on-demand-privileged.ts'
import entraAdfsDkmReadable from './rules/entra-hybrid/entra-adfs-dkm-readable.ts'
import entraCloudKerberosTrust from './rules/entra-hybrid/entra-cloud-kerberos-trust.ts'
import entraSsoKeyOld from './rules/entra-hybrid/entra-sso-key-old.ts'
import entraSyncAccountDcsync from './rules/entra-hybrid/entra-sync-account-dcsync.ts'
import entraSyncAccountResettable from './rules/entra-hybrid/entra-sync-account-resettable.ts'
import entraSyncServerExposed from './rules/entra-hybrid/entra-sync-server-exposed.ts'
import exchAdminsdholder from './rules/exchange/exch-adminsdholder.ts'
import exchGroupsControlTier0 from './rules/exchange/exch-groups-control-tier0.ts'
import exchServerObsolete from './rules/exchange/exch-server-obsolete.ts'
import exchWindowsPermissionsWritedacl from './rules/exchange/exch-windows-permissions-writedacl.ts'
import forestAdminsdexmask from './rules/forest-config/forest-adminsdexmask.ts'
import forestCriticalObjectsMissing from './rules/forest-config/forest-critical-objects-missing.ts'
import forestFunctionalLevelUnsupported from './rules/forest-config/forest-functional-level-unsupported.ts'
import gpoLinkWriteDomain from './rules/gpo/gpo-link-write-domain.ts'
import gpoLinkWriteSite from './rules/gpo/gpo-link-write-site.ts'
import gpoPathOutsideSysvol from './rules/gpo/gpo-path-outside-sysvol.ts'
import krbAsrepAdmin from './rules/kerberos/krb-asrep-admin.ts'
import krbAsrepUser from './rules/kerberos/krb-asrep-user.ts'
import krbDcWeakEtypes from './rules/kerberos/krb-dc-weak-etypes.ts'
import krbDesEnabled from './rules/kerberos/krb-des-enabled.ts'
import krbKerberoastAdmin from './rules/kerberos/krb-kerberoast-admin.ts'
import krbKrbtgtPasswordOld from './rules/kerberos/krb-krbtgt-password-old.ts'
import krbShadowCredentialsPresent from './rules/kerberos/krb-shadow-credentials-present.ts'
import lapsNotDeployed from './rules/laps/laps-not-deployed.ts'
import lapsReaders from './rules/laps/laps-readers.ts'
import lapsSearchflagsWeak from './rules/laps/laps-searchflags-weak.ts'
import ldapAnonymousHeuristic from './rules/ldap/ldap-anonymous-heuristic.ts'
import ldapAnonymousNspi from './rules/ldap/ldap-anonymous-nspi.ts'
import ldapAnonymousRead from './rules/ldap/ldap-anonymous-read.ts'
import ldapChannelBindingMissing from './rules/ldap/ldap-channel-binding-missing.ts'
import ldapPrewin2000Anonymous from './rules/ldap/ldap-prewin2000-anonymous.ts'
import ldapSigningNotRequired from './rules/ldap/ldap-signing-not-required.ts'
import pwdInTextAttributes from './rules/passwords/pwd-in-text-attributes.ts'
import pwdMinLength from './rules/passwords/pwd-min-length.ts'
import pwdNotRequired from './rules/passwords/pwd-not-required.ts'
import pwdReversibleAccounts from './rules/passwords/pwd-reversible-accounts.ts'
import pwdSmartcardHashStatic from './rules/passwords/pwd-smartcard-hash-static.ts'
import pwdUnixAttributes from './rules/passwords/pwd-unix-attributes.ts'
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
import staleOsPreVista from './rules/stale/stale-os-pre-vista.ts'
import stalePrecreatedComputers from './rules/stale/stale-precreated-computers.ts'
import staleUsersDormant from './rules/stale/stale-users-dormant.ts'
import trustExternalNotQuarantined from './rules/trusts/trust-external-not-quarantined.ts'
import trustForestSidHistory from './rules/trusts/trust-forest-sid-history.ts'
import trustObjectControl from './rules/trusts/trust-object-control.ts'
import trustTgtDelegation from './rules/trusts/trust-tgt-delegation.ts'

/** Every exposure Glacis knows, by category and id. */
export const catalogue: readonly Exposure[] = [
  acctMachineAccountQuota,
  acctNameImpersonation,
  acctSidhistoryPrivileged,
  aclAccountRestrictionsWrite,
  aclAdminsdholder,
  aclAltsecidWrite,
  aclConfidentialFlagRemoved,
  aclConfigSchemaControl,
  aclDangerousExtendedRights,
  aclDcObjectControl,
  aclDcOwner,
  aclDcsyncUnexpected,
  aclDefaultSdChanged,
  aclDelegationBroad,
  aclDfsrSysvolObjects,
  aclDomainHeadControl,
  aclDpapiBackupKeys,
  aclForceChangePasswordBroad,
  aclGroupMembershipWrite,
  aclInstallReplica,
  aclKeyAdminsFullControl,
  aclNullDacl,
  aclProtectedObjectDiffers,
  aclPsoControl,
  aclShadowCredentialsBroad,
  aclSidhistoryWrite,
  aclTier0ObjectControl,
  aclWellKnownContainerControl,
  aclWritespnPrivileged,
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
  delegConstrainedToDc,
  delegKrbtgt,
  delegRbcdOnDc,
  delegRbcdWritableBroad,
  delegRbcdWritableTier0,
  delegSsoAccount,
  delegTransitionToDc,
  delegUnconstrainedComputer,
  delegUnconstrainedUser,
  dnsInsecureUpdateCore,
  dnsServerObjectControl,
  dnsWildcardRecord,
  dcInconsistentRegistration,
  dcOs2012,
  dcOsBefore2012,
  dcPasswordOld,
  dcRogueRegistration,
  rodcNeverRevealIncomplete,
  rodcPrivilegedRevealed,
  rodcRevealOnDemandPrivileged,
  entraAdfsDkmReadable,
  entraCloudKerberosTrust,
  entraSsoKeyOld,
  entraSyncAccountDcsync,
  entraSyncAccountResettable,
  entraSyncServerExposed,
  exchAdminsdholder,
  exchGroupsControlTier0,
  exchServerObsolete,
  exchWindowsPermissionsWritedacl,
  forestAdminsdexmask,
  forestCriticalObjectsMissing,
  forestFunctionalLevelUnsupported,
  gpoLinkWriteDomain,
  gpoLinkWriteSite,
  gpoPathOutsideSysvol,
  krbAsrepAdmin,
  krbAsrepUser,
  krbDcWeakEtypes,
  krbDesEnabled,
  krbKerberoastAdmin,
  krbKrbtgtPasswordOld,
  krbShadowCredentialsPresent,
  lapsNotDeployed,
  lapsReaders,
  lapsSearchflagsWeak,
  ldapAnonymousHeuristic,
  ldapAnonymousNspi,
  ldapAnonymousRead,
  ldapChannelBindingMissing,
  ldapPrewin2000Anonymous,
  ldapSigningNotRequired,
  pwdInTextAttributes,
  pwdMinLength,
  pwdNotRequired,
  pwdReversibleAccounts,
  pwdSmartcardHashStatic,
  pwdUnixAttributes,
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
  staleOsPreVista,
  stalePrecreatedComputers,
  staleUsersDormant,
  trustExternalNotQuarantined,
  trustForestSidHistory,
  trustObjectControl,
  trustTgtDelegation,
] as readonly unknown[] as readonly Exposure[]
