import {
  type ForestBuilder,
  type TestObject,
  type TestPrincipal,
  gpLinkOptions,
  uac,
} from '#directory'

/** Where the people, machines and groups of one domain are kept. */
export interface Organization {
  readonly f: ForestBuilder
  /** OUs for people, one a site. */
  readonly people: readonly TestObject[]
  readonly workstations: readonly TestObject[]
  readonly servers: TestObject
  readonly groups: TestObject
  readonly leavers: TestObject
  readonly serviceAccounts: TestObject
}

/** Places the organization works at, each with an OU and a DNS-like short name. */
const sites = [
  'Aarhus',
  'Brno',
  'Cádiz',
  'Gent',
  'Graz',
  'Lyon',
  'Novi Sad',
  'Oulu',
  'Poznań',
  'Torino',
  'Utrecht',
  'Zadar',
] as const

/**
 * Gives a domain the shape of a well-kept organization: OUs, tiers of administration, delegations that are harmless, policies,
 * managed service accounts, and a fine-grained password policy for administrators. Nothing in it is exposed.
 */
export function addOrganization(f: ForestBuilder, objects: number): Organization {
  const places = sites.slice(0, Math.max(2, Math.min(sites.length, Math.round(objects / 400))))
  const peopleRoot = f.ou('People')
  const workstationRoot = f.ou('Workstations')
  const servers = f.ou('Servers')
  const groups = f.ou('Groups')
  const serviceAccounts = f.ou('Service Accounts')
  const leavers = f.ou('Leavers', { in: peopleRoot })
  const people = places.map((place) => f.ou(place, { in: peopleRoot }))
  const workstations = places.map((place) => f.ou(place, { in: workstationRoot }))
  addAdministrators(f)
  addDelegations(f, { peopleRoot, workstationRoot, groups })
  addPolicies(f, { peopleRoot, workstationRoot, servers })
  addServices(f, servers, objects)
  return { f, people, workstations, servers, groups, leavers, serviceAccounts }
}

/** Three named administrators in Tier Zero, guarded as they should be, beside the built-in account. */
function addAdministrators(f: ForestBuilder): void {
  const tierZero = f.ou('Tier 0')
  const admins = ['adm-hedvig', 'adm-tiago', 'adm-wei'].map((name, index) =>
    f.user(name, {
      in: tierZero,
      userAccountControl: uac.normalAccount | uac.notDelegated,
      pwdLastSet: f.daysAgo(20 + 13 * index),
    }),
  )
  for (const admin of admins) {
    f.addTo(f.domainAdmins, admin)
    f.addTo(f.protectedUsers, admin)
  }
  f.passwordSettings('Administrators', { appliesTo: [f.domainAdmins] })
}

/** What a help desk and the people who install machines may do: enough for their work, nothing above it. */
function addDelegations(
  f: ForestBuilder,
  ous: {
    readonly peopleRoot: TestObject
    readonly workstationRoot: TestObject
    readonly groups: TestObject
  },
): void {
  const tierTwo = f.ou('Tier 2')
  const agents = ['hd-amaia', 'hd-boris', 'hd-chloe', 'hd-dara'].map((name) =>
    f.user(name, { in: tierTwo }),
  )
  const desk = f.group('Help Desk', { in: tierTwo, members: agents })
  f.grant(desk, ous.peopleRoot, 'CR', 'User-Force-Change-Password', { onlyTo: 'user' })
  f.grant(desk, ous.peopleRoot, 'RPWP', 'lockoutTime', { onlyTo: 'user' })
  f.grant(desk, ous.peopleRoot, 'RPWP', 'pwdLastSet', { onlyTo: 'user' })
  const installers = f.group('Workstation Installers', {
    in: tierTwo,
    members: [f.user('inst-olu', { in: tierTwo })],
  })
  f.grant(installers, ous.workstationRoot, 'CC', 'computer', { inherit: true })
  f.group('Application Owners', {
    in: ous.groups,
    members: [f.group('Application Owners Finance', { in: ous.groups })],
  })
}

function addPolicies(
  f: ForestBuilder,
  {
    peopleRoot,
    workstationRoot,
    servers,
  }: {
    readonly peopleRoot: TestObject
    readonly workstationRoot: TestObject
    readonly servers: TestObject
  },
): void {
  f.gpo('Workstation Baseline', { linkedTo: workstationRoot })
  f.gpo('Server Baseline', { linkedTo: servers })
  f.gpo('Browser Settings', { linkedTo: peopleRoot })
  const firewall = f.gpo('Domain Firewall')
  f.link(firewall, f.head, gpLinkOptions.enforced)
  f.gpo('Old Drive Maps', { flags: 3 })
}

/** Group managed service accounts, each readable by the servers that run it. */
function addServices(f: ForestBuilder, servers: TestObject, objects: number): void {
  const count = Math.max(2, Math.min(12, Math.round(objects / 500)))
  f.kdsRootKey()
  for (let index = 1; index <= count; index++) {
    const server: TestPrincipal = f.computer(`APP${String(index).padStart(2, '0')}`, {
      in: servers,
      ...serverSystem,
    })
    const hosts = f.group(`Hosts gmsa-app${index}`, { members: [server] })
    f.managedAccount(`gmsa-app${index}`, { readers: [hosts] })
  }
}

/** What a current server says it runs. */
export const serverSystem = {
  operatingSystem: 'Windows Server 2022 Standard',
  operatingSystemVersion: '10.0 (20348)',
} as const
