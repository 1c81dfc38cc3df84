import {
  type BulkEntry,
  type ForestBuilder,
  type RawAttribute,
  type TestObject,
  attid,
  formatFileTime,
  formatGeneralizedTime,
  uac,
  writeReplPropertyMetaData,
  writeSid,
} from '#directory'
import { Dice } from './dice.ts'
import { person } from './names.ts'
import type { Organization } from './organization.ts'

/** How many of everything a domain gets besides its structure. */
interface Counts {
  readonly users: number
  readonly computers: number
  readonly teams: number
}

const PEOPLE_IN_A_TEAM = 25
const SHARE_OF_USERS = 0.66

/**
 * The many objects of a domain: people, their machines, and the groups of the teams they work in, nested in one group a
 * department. Each is worked out from its number alone, so a million need no more memory than one.
 */
export function* bulk(
  organization: Organization,
  count: number,
  seed: string,
): Generator<BulkEntry> {
  const counts = countsOf(count)
  const { f } = organization
  const maker = new Maker(organization, counts, new Dice(`${seed} ${f.name}`))
  for (let index = 0; index < counts.users; index++) yield maker.user(index)
  for (let index = 0; index < counts.computers; index++) yield maker.computer(index)
  for (let team = 0; team < counts.teams; team++) yield maker.team(team)
  for (let department = 0; department < departmentsFor(counts.teams); department++)
    yield maker.department(department)
}

function countsOf(count: number): Counts {
  const users = Math.floor(count * SHARE_OF_USERS)
  const teams = Math.ceil(users / PEOPLE_IN_A_TEAM)
  return { users, computers: Math.max(0, count - users - teams - departmentsFor(teams)), teams }
}

const TEAMS_IN_A_DEPARTMENT = 20

function departmentsFor(teams: number): number {
  return Math.ceil(teams / TEAMS_IN_A_DEPARTMENT)
}

// What each random number is for.
const use = {
  ou: 1,
  isLeaver: 2,
  passwordAge: 3,
  logonAge: 4,
  created: 5,
  logons: 6,
  guid: 7,
  system: 11,
  kind: 12,
  owner: 13,
} as const

const dayMs = 86_400_000
const encoder = new TextEncoder()
let block = new Uint8Array(0)
let blockUsed = 0

/** Octets of text. Most is short and ASCII, where this is several times as fast as the encoder. */
function text(value: string): Uint8Array {
  const { length } = value
  if (blockUsed + length > block.length) {
    block = new Uint8Array(Math.max(65_536, length))
    blockUsed = 0
  }
  for (let at = 0; at < length; at++) {
    const code = value.charCodeAt(at)
    if (code > 0x7f) return encoder.encode(value)
    block[blockUsed + at] = code
  }
  blockUsed += length
  return block.subarray(blockUsed - length, blockUsed)
}

const userClasses = ['top', 'person', 'organizationalPerson', 'user'].map(text)
const computerClasses = ['top', 'person', 'organizationalPerson', 'user', 'computer'].map(text)
const groupClasses = ['top', 'group'].map(text)

/** Operating systems of workstations: name, version, share. */
const systems = [
  ['Windows 11 Enterprise', '10.0 (26100)'],
  ['Windows 11 Enterprise', '10.0 (22631)'],
  ['Windows 11 Pro', '10.0 (26100)'],
] as const

class Maker {
  readonly #f: ForestBuilder
  readonly #organization: Organization
  readonly #counts: Counts
  readonly #dice: Dice
  readonly #firstRid: number
  readonly #sid: Uint8Array
  readonly #descriptors = new Map<string, Uint8Array>()
  readonly #owners: readonly string[]
  readonly #categories: {
    readonly person: Uint8Array[]
    readonly computer: Uint8Array[]
    readonly group: Uint8Array[]
  }

  constructor(organization: Organization, counts: Counts, dice: Dice) {
    const { f } = organization
    this.#f = f
    this.#organization = organization
    this.#counts = counts
    this.#dice = dice
    this.#firstRid = f.reserveRids(
      counts.users + counts.computers + counts.teams + departmentsFor(counts.teams),
    )
    this.#sid = writeSid(`${f.sid}-1`)
    const category = (cn: string) => [text(`CN=${cn},${f.schemaDn}`)]
    this.#categories = {
      person: category('Person'),
      computer: category('Computer'),
      group: category('Group'),
    }
    // Whoever of Tier Zero made an object owns it.
    this.#owners = [
      f.domainAdmins.sid,
      f.domainAdmins.sid,
      f.domainAdmins.sid,
      f.administrators.sid,
      f.administrator.sid,
    ]
  }

  user(index: number): BulkEntry {
    const who = person(index)
    const isLeaver = this.#dice.happens(0.06, index, use.isLeaver)
    const ou = this.#userOu(index, isLeaver)
    const dn = this.#userDn(index)
    const logon = this.#daysAgo(
      isLeaver ? 400 : 1 + this.#dice.number(9, index, use.logonAge),
      index,
    )
    return [
      dn,
      [
        ...this.#common(index, index, who.fullName, userClasses, this.#categories.person),
        ['sAMAccountName', [text(who.account)]],
        ['userPrincipalName', [text(`${who.mailName}@${this.#f.name}`)]],
        ['displayName', [text(who.fullName)]],
        ['givenName', [text(who.givenName)]],
        ['sn', [text(who.surname)]],
        ['sAMAccountType', userType],
        ['userAccountControl', isLeaver ? disabledUser : enabledUser],
        ['primaryGroupID', domainUsers],
        ['accountExpires', never],
        ...this.#password(
          isLeaver ? 420 : 2 + this.#dice.number(150, index, use.passwordAge),
          index,
        ),
        ['lastLogonTimestamp', [this.#fileTime(logon)]],
        ['lastLogon', [this.#fileTime(logon)]],
        ['logonCount', [text(String(1 + this.#dice.number(3000, index, use.logons)))]],
        ['memberOf', [text(this.#teamDn(Math.floor(index / PEOPLE_IN_A_TEAM)))]],
      ],
      this.#descriptor(ou, 'user', index),
    ]
  }

  computer(index: number): BulkEntry {
    const place = this.#dice.number(this.#organization.workstations.length, index, use.ou)
    const ou = this.#organization.workstations[place]!
    const name = `W${String(place).padStart(2, '0')}-${index.toString(36).toUpperCase().padStart(5, '0')}`
    const host = `${name.toLowerCase()}.${this.#f.name}`
    const at = this.#counts.users + index
    const [system, version] = this.#dice.pick(systems, index, use.system)
    const logon = this.#daysAgo(1 + this.#dice.number(9, at, use.logonAge), at)
    return [
      `CN=${name},${ou.dn}`,
      [
        ...this.#common(at, at, name, computerClasses, this.#categories.computer),
        ['sAMAccountName', [text(`${name}$`)]],
        ['sAMAccountType', machineType],
        ['userAccountControl', workstation],
        ['primaryGroupID', domainComputers],
        ['accountExpires', never],
        ['dNSHostName', [text(host)]],
        [
          'servicePrincipalName',
          [
            `HOST/${name}`,
            `HOST/${host}`,
            `RestrictedKrbHost/${name}`,
            `RestrictedKrbHost/${host}`,
          ].map(text),
        ],
        ['operatingSystem', [text(system)]],
        ['operatingSystemVersion', [text(version)]],
        ['msDS-SupportedEncryptionTypes', allButOldest],
        ...this.#password(1 + this.#dice.number(28, at, use.passwordAge), at),
        ['lastLogonTimestamp', [this.#fileTime(logon)]],
        ['lastLogon', [this.#fileTime(logon)]],
        ['logonCount', [text(String(1 + this.#dice.number(900, at, use.logons)))]],
        [
          'msLAPS-PasswordExpirationTime',
          [this.#fileTime(this.#daysAgo(-1 - this.#dice.number(28, at, use.kind), at))],
        ],
      ],
      this.#descriptor(ou, 'computer', at),
    ]
  }

  team(team: number): BulkEntry {
    const at = this.#counts.users + this.#counts.computers + team
    const first = team * PEOPLE_IN_A_TEAM
    const last = Math.min(this.#counts.users, first + PEOPLE_IN_A_TEAM)
    const members = Array.from({ length: last - first }, (_, offset) =>
      text(this.#userDn(first + offset)),
    )
    return this.#group(at, `Team ${team + 1}`, members, [
      text(this.#departmentDn(Math.floor(team / TEAMS_IN_A_DEPARTMENT))),
    ])
  }

  department(department: number): BulkEntry {
    const at = this.#counts.users + this.#counts.computers + this.#counts.teams + department
    const first = department * TEAMS_IN_A_DEPARTMENT
    const last = Math.min(this.#counts.teams, first + TEAMS_IN_A_DEPARTMENT)
    const members = Array.from({ length: last - first }, (_, offset) =>
      text(this.#teamDn(first + offset)),
    )
    return this.#group(at, `Department ${department + 1}`, members, [])
  }

  #group(at: number, name: string, members: Uint8Array[], memberOf: Uint8Array[]): BulkEntry {
    const ou = this.#organization.groups
    return [
      `CN=${name},${ou.dn}`,
      [
        ...this.#common(at, at, name, groupClasses, this.#categories.group),
        ['sAMAccountName', [text(name)]],
        ['sAMAccountType', groupType],
        ['groupType', globalGroup],
        ['member', members],
        ['memberOf', memberOf],
      ],
      this.#descriptor(ou, 'group', at),
    ]
  }

  #userOu(index: number, isLeaver: boolean): TestObject {
    return isLeaver
      ? this.#organization.leavers
      : this.#dice.pick(this.#organization.people, index, use.ou)
  }

  #userDn(index: number): string {
    const ou = this.#userOu(index, this.#dice.happens(0.06, index, use.isLeaver))
    return `CN=${person(index).fullName},${ou.dn}`
  }

  #teamDn(team: number): string {
    return `CN=Team ${team + 1},${this.#organization.groups.dn}`
  }

  #departmentDn(department: number): string {
    return `CN=Department ${department + 1},${this.#organization.groups.dn}`
  }

  #common(
    at: number,
    ridOffset: number,
    name: string,
    classes: Uint8Array[],
    category: Uint8Array[],
  ): RawAttribute[] {
    const names = [text(name)]
    const created = text(
      formatGeneralizedTime(this.#daysAgo(500 + this.#dice.number(2000, at, use.created), at)),
    )
    return [
      ['objectClass', classes],
      ['cn', names],
      ['name', names],
      ['instanceType', writable],
      ['objectGUID', [this.#guid(at)]],
      ['objectSid', [this.#sidOf(this.#firstRid + ridOffset)]],
      ['objectCategory', category],
      ['whenCreated', [created]],
      ['whenChanged', [created]],
    ]
  }

  /** Few are distinct, as in a real forest: by container, class and owner. */
  #descriptor(ou: TestObject, className: string, at: number): Uint8Array {
    const owner = this.#dice.pick(this.#owners, at, use.owner)
    const key = `${className} ${owner} ${ou.dn}`
    let known = this.#descriptors.get(key)
    if (known === undefined) {
      known = this.#f.descriptorBelow(ou, className, owner)
      this.#descriptors.set(key, known)
    }
    return known
  }

  #guid(at: number): Uint8Array {
    const octets = new Uint8Array(16)
    const view = new DataView(octets.buffer)
    for (let part = 0; part < 4; part++)
      view.setUint32(part * 4, this.#dice.bits(at, use.guid + part))
    octets[7] = (octets[7]! & 0x0f) | 0x40
    octets[8] = (octets[8]! & 0x3f) | 0x80
    return octets
  }

  #sidOf(rid: number): Uint8Array {
    const octets = this.#sid.slice()
    new DataView(octets.buffer).setUint32(octets.length - 4, rid, true)
    return octets
  }

  /** Some time of the day that many days ago. */
  #daysAgo(days: number, at: number): Date {
    return new Date(this.#f.now.getTime() - days * dayMs + (this.#dice.bits(at, days) % dayMs))
  }

  /** When the password was set, as the account says and as replication does. */
  #password(days: number, at: number): RawAttribute[] {
    const set = this.#daysAgo(days, at)
    const metadata = writeReplPropertyMetaData(new Map([[attid.unicodePwd, { at: set }]]))
    return [
      ['pwdLastSet', [this.#fileTime(set)]],
      ['replPropertyMetaData', [metadata]],
    ]
  }

  #fileTime(date: Date): Uint8Array {
    return text(formatFileTime(date))
  }
}

const one = (value: number | string) => [text(String(value))]
const userType = one(0x30000000)
const machineType = one(0x30000001)
const groupType = one(0x10000000)
const enabledUser = one(uac.normalAccount)
const disabledUser = one(uac.normalAccount | uac.disabled)
const workstation = one(uac.workstationTrustAccount)
const domainUsers = one(513)
const domainComputers = one(515)
const globalGroup = one(-2147483646)
const allButOldest = one(28)
const writable = one(4)
const never = one('9223372036854775807')
