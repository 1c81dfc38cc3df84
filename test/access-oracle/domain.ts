import {
  type Ace,
  type SchemaIndex,
  type SecurityDescriptor,
  aceType,
  descriptorControl,
} from '#directory'
import type { SambaDc } from '../samba.ts'

/** Accounts that try what they can do. */
export const actorNames: readonly string[] = ['ann', 'ben', 'cat', 'dan', 'eve', 'pc$']

/** Groups that hold the actors: nested, in a loop, by primaryGroupID, of every scope, and behind a distribution group. */
export const groupNames: readonly string[] = [
  'Inner',
  'Second',
  'Outer',
  'Round',
  'Local',
  'Primary',
  'List',
  'Behind',
]

/** Password of the actors. */
export const password = 'Gl4cis-actor'

/** Attributes that objects of all kinds may have; {@link fillDomain} makes the last one confidential. */
export const attributes = {
  inNoSet: 'extensionName',
  inPublicInformation: 'description',
  inGeneralInformation: 'adminDescription',
  confidential: 'wWWHomePage',
} as const

const scope = {
  global: 0x8000_0002 | 0,
  universal: 0x8000_0008 | 0,
  domainLocal: 0x8000_0004 | 0,
  distribution: 0x0000_0002,
}

/** DN of an actor or a group. */
export function dnIn({ baseDn }: SambaDc, name: string): string {
  return `CN=${name.replace('$', '')},CN=Users,${baseDn}`
}

/** Makes actors and groups, and lets passwords be changed as often as one likes. */
export async function fillDomain(dc: SambaDc): Promise<void> {
  const dn = (name: string) => dnIn(dc, name)
  const user = (name: string) =>
    added(dn(name), {
      objectClass: 'user',
      sAMAccountName: name,
      userAccountControl: '512',
      unicodePwd: quoted(password),
    })
  const group = (name: string, type: number, members: readonly string[]) =>
    added(
      dn(name),
      { objectClass: 'group', sAMAccountName: name, groupType: String(type) },
      members.map((member) => `member: ${dn(member)}`),
    )
  await dc.modify(
    actorNames
      .filter((name) => name !== 'pc$')
      .map((name) => user(name))
      .join('') +
      added(dn('pc'), {
        objectClass: 'computer',
        sAMAccountName: 'pc$',
        userAccountControl: '4096',
        unicodePwd: quoted(password),
      }) +
      group('Inner', scope.global, ['ann', 'ben']) +
      group('Second', scope.global, ['ben', 'pc']) +
      group('Outer', scope.universal, ['Inner']) +
      group('Round', scope.universal, ['Outer', 'dan']) +
      group('Local', scope.domainLocal, ['Outer', 'cat']) +
      group('Primary', scope.global, ['cat']) +
      group('List', scope.distribution, ['eve']) +
      group('Behind', scope.universal, ['List']) +
      modified(dn('Outer'), { member: dn('Round') }, 'add') +
      modified(`CN=wWW-Home-Page,CN=Schema,CN=Configuration,${dc.baseDn}`, { searchFlags: '128' }) +
      modified(dc.baseDn, { pwdProperties: '0', minPwdAge: '0', pwdHistoryLength: '0' }),
  )
}

type Values = Readonly<Record<string, string | Buffer>>

/** LDIF that adds an object. */
export function added(dn: string, values: Values, more: readonly string[] = []): string {
  const lines = Object.entries(values).map(([name, value]) => line(name, value))
  return `dn: ${dn}\nchangetype: add\n${[...lines, ...more].join('\n')}\n\n`
}

/** LDIF that changes an object. */
export function modified(
  dn: string,
  values: Values,
  operation: 'add' | 'replace' = 'replace',
): string {
  const changes = Object.entries(values).map(
    ([name, value]) => `${operation}: ${name}\n${line(name, value)}`,
  )
  return `dn: ${dn}\nchangetype: modify\n${changes.join('\n-\n')}\n\n`
}

function line(name: string, value: string | Buffer): string {
  return typeof value === 'string' ? `${name}: ${value}` : `${name}:: ${value.toString('base64')}`
}

/** A password as `unicodePwd` takes it (MS-ADTS 3.1.1.3.1.5). */
export function quoted(text: string): Buffer {
  return Buffer.from(`"${text}"`, 'utf16le')
}

/** An ACE that allows a trustee something on an object. */
export function allow(mask: number, sid: string): Ace {
  return { type: aceType.accessAllowed, flags: 0, mask, sid }
}

/** A descriptor that inherits nothing. */
export function closed(dacl: readonly Ace[], owner?: string): SecurityDescriptor {
  const control = descriptorControl.daclPresent | descriptorControl.daclProtected
  return { control, dacl, ...(owner === undefined ? {} : { owner, group: owner }) }
}

/** GUID of an extended right or validated write. */
export function guidOfRight(schema: SchemaIndex, name: string): string {
  for (const right of schema.rights) if (right.name === name) return right.rightsGuid
  throw new RangeError(`no right ${name}`)
}
