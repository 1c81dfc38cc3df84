import type { ForestBuilder, In } from './builder.ts'
import type { TestObject, TestPrincipal } from './builder-values.ts'
import { defaultDescriptorOf } from './default-descriptors.ts'
import { escapeDnValue } from './dn.ts'
import { ntdsDsaOptions, uac } from './flags.ts'
import { replicationSpnPrefix, rid, wellKnownSid } from './well-known.ts'

/** A domain controller as promotion makes it, with all that belongs to one. */
export function addController(
  f: ForestBuilder,
  name: string,
  attributes: In,
  kind: 'writable' | 'readOnly',
): TestPrincipal {
  const host = `${name.toLowerCase()}.${f.name}`
  const isWritable = kind === 'writable'
  const site = f.defaultSite
  const ownKrbtgt = isWritable ? undefined : addReadOnlyKrbtgt(f)
  const controller = f.computer(name, {
    in: f.domainControllersOu,
    userAccountControl: isWritable
      ? uac.serverTrustAccount | uac.trustedForDelegation
      : uac.workstationTrustAccount | uac.trustedToAuthForDelegation | uac.partialSecretsAccount,
    primaryGroupID: isWritable ? rid.controllers : rid.readOnlyControllers,
    isCriticalSystemObject: true,
    servicePrincipalName: controllerSpns(
      name,
      host,
      f.name,
      f.root.name,
      f.netbiosName,
      f.freshGuid(),
    ),
    operatingSystem: 'Windows Server 2022 Standard',
    operatingSystemVersion: '10.0 (20348)',
    'msDS-SupportedEncryptionTypes': 24,
    'msDS-KrbTgtLink': ownKrbtgt,
    'msDS-NeverRevealGroup': isWritable
      ? undefined
      : [
          f.administrators,
          f.serverOperators,
          f.backupOperators,
          f.accountOperators,
          f.deniedRodcReplication,
        ],
    'msDS-RevealOnDemandGroup': isWritable ? undefined : [f.allowedRodcReplication],
    ...attributes,
  })
  f.descriptor(controller, `O:DAG:DA${controllerDefault}`)
  const server = f.object(`CN=${escapeDnValue(name)},CN=Servers,${site.dn}`, ['top', 'server'], {
    dNSHostName: host,
    serverReference: controller,
  })
  f.set(controller, { serverReferenceBL: server })
  const settings = f.object(
    `CN=NTDS Settings,${server.dn}`,
    ['top', 'applicationSettings', 'nTDSDSA', ...(isWritable ? [] : ['nTDSDSARO'])],
    {
      'msDS-Behavior-Version': 7,
      options: isWritable
        ? ntdsDsaOptions.isGlobalCatalog
        : ntdsDsaOptions.isGlobalCatalog | ntdsDsaOptions.disableOutboundReplication,
      hasMasterNCs: isWritable ? [f.schemaDn, f.configurationDn, f.dn] : undefined,
    },
  )
  f.descriptor(
    settings,
    `O:DAG:DAD:(A;;RPLCLORC;;;AU)(A;;RPWPCRCCLCLORCWOWDSDDTSW;;;DA)(A;;GA;;;SY)`,
  )
  f.owner(server, f.domainAdmins, f.domainAdmins)
  addChildren(f, name, controller, isWritable)
  f.dnsNode(f.domainZone, name.toLowerCase(), {
    a: `10.0.0.${10 + f.controllers.length}`,
  })
  f.controllers.push(controller)
  return controller
}

function addChildren(
  f: ForestBuilder,
  name: string,
  controller: TestObject,
  isWritable: boolean,
): void {
  if (isWritable) f.object(`CN=RID Set,${controller.dn}`, ['top', 'rIDSet'])
  const member = f.object(
    `CN=${escapeDnValue(name)},${f.at('CN=Topology,CN=Domain System Volume,CN=DFSR-GlobalSettings,CN=System').dn}`,
    ['top', 'msDFSR-Member'],
    { 'msDFSR-ComputerReference': controller },
  )
  const local = f.object(`CN=DFSR-LocalSettings,${controller.dn}`, ['top', 'msDFSR-LocalSettings'])
  const volume = f.object(`CN=Domain System Volume,${local.dn}`, ['top', 'msDFSR-Subscriber'], {
    'msDFSR-MemberReference': member,
  })
  f.object(`CN=SYSVOL Subscription,${volume.dn}`, ['top', 'msDFSR-Subscription'], {
    'msDFSR-Enabled': true,
  })
  for (const object of [member, local, volume])
    f.owner(object, wellKnownSid.system, f.administrators)
}

function addReadOnlyKrbtgt(f: ForestBuilder): TestPrincipal {
  const number = 20_000 + f.controllers.length
  return f.user(`krbtgt_${number}`, {
    userPrincipalName: undefined,
    userAccountControl: uac.normalAccount | uac.disabled,
    'msDS-SecondaryKrbTgtNumber': number,
    lastLogon: undefined,
    lastLogonTimestamp: undefined,
    logonCount: 0,
  })
}

/** As other computers, less the control of Account Operators, which promotion takes away. */
const controllerDefault = defaultDescriptorOf('computer')?.replace(/\(A;;\w+;;;AO\)/, '') ?? ''

function controllerSpns(
  name: string,
  host: string,
  domain: string,
  forest: string,
  netbios: string,
  guid: string,
): string[] {
  return [
    `HOST/${name}`,
    `HOST/${host}`,
    `HOST/${host}/${domain}`,
    `HOST/${host}/${netbios}`,
    `RestrictedKrbHost/${host}`,
    `DNS/${host}`,
    `GC/${host}/${forest}`,
    `ldap/${name}`,
    `ldap/${host}`,
    `ldap/${host}/${domain}`,
    `ldap/${host}/DomainDnsZones.${domain}`,
    `ldap/${host}/ForestDnsZones.${forest}`,
    `Dfsr-12F9A27C-BF97-4787-9364-D31B6C55EB04/${host}`,
    `${replicationSpnPrefix}/${guid}/${domain}`,
  ]
}
