import {
  descriptorControl,
  readSecurityDescriptor,
  readSid,
  parseSddl,
  writeSecurityDescriptor,
  type SecurityDescriptor,
  type Sid,
  uac,
} from '#directory'
import type { SambaDc } from '../samba.ts'

/** A value of an attribute as LDAP takes it. */
export type Value = string | number | Uint8Array
/** Attributes of an object: one value, several, or none. */
export type Attributes = Readonly<Record<string, Value | readonly Value[]>>

/**
 * How a change is made: over LDAP as Administrator; as SYSTEM with the relax control, for what LDAP refuses even
 * administrators; or behind the back of Samba, for what it would put right.
 */
type How = 'ldap' | 'system' | 'raw'

interface Change {
  readonly ldif: string
  readonly how: How
}

/** The SID of a principal, or the DN of one. */
type Trustee = string

/**
 * A domain to plant exposures in. What is made ({@link make}, {@link user} …) stays; what is changed ({@link set},
 * {@link grant} …) is taken back by {@link repair}, so that the objects are still there when they are no longer exposed.
 */
export class Ground {
  readonly dc: SambaDc
  readonly #undo: Change[] = []
  #helpdesk: Promise<Sid> | undefined
  #waiting: Change = { ldif: '', how: 'ldap' }

  constructor(dc: SambaDc) {
    this.dc = dc
  }

  /** The DN of what is at a path below the domain's head. */
  at(path: string): string {
    return `${path},${this.dc.baseDn}`
  }

  /** The DN of what is at a path below the configuration. */
  inConfiguration(path: string): string {
    return `${path},CN=Configuration,${this.dc.baseDn}`
  }

  /** The SID of the domain's own principal with this RID. */
  own(relativeId: number): Sid {
    return `${this.dc.domainSid}-${relativeId}`
  }

  /** The first domain controller's account. */
  get controller(): string {
    return this.at('CN=DC1,OU=Domain Controllers')
  }

  get administrator(): string {
    return this.at('CN=Administrator,CN=Users')
  }

  /** A group that the domain was born with, in CN=Users. */
  builtIn(name: string): string {
    return this.at(`CN=${name},CN=Users`)
  }

  /** Makes an object. Answers its DN, as all makers do. */
  async make(
    dn: string,
    objectClass: string | readonly string[],
    attributes: Attributes = {},
    how: How = 'ldap',
  ): Promise<string> {
    await this.#apply(addition(dn, objectClass, attributes), how)
    return dn
  }

  /** An enabled user with a good password. */
  user(name: string, attributes: Attributes = {}, parent = 'CN=Users'): Promise<string> {
    return this.make(this.at(`CN=${name},${parent}`), 'user', {
      sAMAccountName: name,
      userAccountControl: 512,
      unicodePwd: quoted('Planted-Seed-2026'),
      ...attributes,
    })
  }

  group(name: string, attributes: Attributes = {}, parent = 'CN=Users'): Promise<string> {
    return this.make(this.at(`CN=${name},${parent}`), 'group', {
      sAMAccountName: name,
      ...attributes,
    })
  }

  /** An enabled computer that runs no Windows, so that nobody expects LAPS on it. */
  computer(name: string, attributes: Attributes = {}, parent = 'CN=Computers'): Promise<string> {
    return this.make(this.at(`CN=${name},${parent}`), 'computer', {
      sAMAccountName: `${name}$`,
      userAccountControl: 4096,
      operatingSystem: 'Linux',
      dNSHostName: `${name.toLowerCase()}.${this.dc.domain}`,
      ...attributes,
    })
  }

  unit(name: string): Promise<string> {
    return this.make(this.at(`OU=${name}`), 'organizationalUnit')
  }

  /** The SID of a group of ordinary users, to give rights to that it should not have. */
  helpdesk(): Promise<Sid> {
    this.#helpdesk ??= this.group('Helpdesk').then((dn) => this.sidOf(dn))
    return this.#helpdesk
  }

  /** Adds an object, until the repair. */
  async add(
    dn: string,
    objectClass: string | readonly string[],
    attributes: Attributes = {},
    how: How = 'ldap',
  ): Promise<string> {
    await this.make(dn, objectClass, attributes, how)
    this.#undo.push({
      ldif: `dn:: ${base64(dn)}\nchangetype: delete\n`,
      how,
    })
    return dn
  }

  /** Replaces all values of attributes, until the repair. */
  async set(dn: string, attributes: Attributes, how: How = 'ldap'): Promise<void> {
    const before = await this.read(dn, Object.keys(attributes))
    await this.#apply(replacement(dn, attributes), how)
    this.#undo.push({ ldif: replacement(dn, before), how })
  }

  /** Adds values to an attribute, until the repair. */
  async append(
    dn: string,
    attribute: string,
    values: Value | readonly Value[],
    how: How = 'ldap',
  ): Promise<void> {
    await this.#apply(modification(dn, 'add', attribute, values), how)
    this.#undo.push({
      ldif: modification(dn, 'delete', attribute, values),
      how,
    })
  }

  /** Makes something a member of a group, until the repair. */
  join(member: string, group: string, how: How = 'ldap'): Promise<void> {
    return this.append(group, 'member', member, how)
  }

  /** Renames an object, until the repair. */
  async rename(dn: string, name: string, how: How = 'ldap'): Promise<void> {
    const [, own = '', parent = ''] = /^(.+?),(.+)$/.exec(dn) ?? []
    const renaming = (from: string, to: string) =>
      `dn:: ${base64(from)}\nchangetype: modrdn\nnewrdn:: ${base64(to)}\ndeleteoldrdn: 1\n`
    await this.#apply(renaming(dn, name), how)
    this.#undo.push({ ldif: renaming(`${name},${parent}`, own), how })
  }

  /**
   * Gives a trustee rights (letters of SDDL) on an object, until the repair: on a property, property set, extended right or
   * class by its GUID. `flags` are those of the ACE, `CI` and the like.
   */
  async grant(
    trustee: Trustee,
    on: string,
    rights: string,
    type?: string,
    flags = '',
    how: How = 'ldap',
  ): Promise<void> {
    const sid = trustee.startsWith('S-1-') ? trustee : await this.sidOf(trustee)
    const ace =
      type === undefined
        ? `(A;${flags};${rights};;;${sid})`
        : `(OA;${flags};${rights};${type};;${sid})`
    const given = parseSddl(`D:${ace}`).dacl ?? []
    await this.setDescriptor(
      on,
      (before) => ({ ...before, dacl: [...given, ...(before.dacl ?? [])] }),
      how,
    )
  }

  /** Takes rights away from a trustee, until the repair. */
  async deny(trustee: Sid, on: string, rights: string): Promise<void> {
    const denied = parseSddl(`D:(D;CI;${rights};;;${trustee})`).dacl ?? []
    await this.setDescriptor(on, (before) => ({
      ...before,
      dacl: [...denied, ...(before.dacl ?? [])],
    }))
  }

  /** Changes the security descriptor of an object, until the repair. */
  async setDescriptor(
    on: string,
    change: (before: SecurityDescriptor) => SecurityDescriptor,
    how: How = 'ldap',
  ): Promise<void> {
    const { nTSecurityDescriptor: [value] = [] } = await this.read(on, ['nTSecurityDescriptor'])
    if (value === undefined) throw new Error(`${on} has no descriptor that can be read`)
    const after = writeSecurityDescriptor(change(readSecurityDescriptor(value)))
    await this.set(on, { nTSecurityDescriptor: after }, how)
  }

  async sidOf(dn: string): Promise<Sid> {
    const { objectSid: [sid] = [] } = await this.read(dn, ['objectSid'])
    if (sid === undefined) throw new Error(`${dn} has no SID`)
    return readSid(sid)
  }

  /** Values of an object's attributes as an administrator sees them; of those that it does not have, none. */
  async read(dn: string, names: readonly string[]): Promise<Record<string, readonly Buffer[]>> {
    await this.flush()
    const ldif = await this.dc.search(['-b', dn, '-s', 'base', '(objectClass=*)', ...names])
    return Object.fromEntries(
      names.map((name) => [
        name,
        [...ldif.matchAll(new RegExp(`^${name}(::?) (.*)$`, 'gim'))].map(([, colons, text = '']) =>
          Buffer.from(text, colons === '::' ? 'base64' : 'utf8'),
        ),
      ]),
    )
  }

  /** Takes back every change, the last one first. */
  async repair(): Promise<void> {
    for (const { ldif, how } of this.#undo.splice(0).toReversed()) await this.#apply(ldif, how)
    await this.flush()
  }

  /** Lets what was changed so far stay. */
  async settle(): Promise<void> {
    await this.flush()
    this.#undo.length = 0
  }

  /** Sends what is not sent yet: changes wait for each other, since every one that is sent costs a process. */
  async flush(): Promise<void> {
    const { ldif, how } = this.#waiting
    this.#waiting = { ldif: '', how: 'ldap' }
    if (ldif === '') return
    if (how === 'ldap') await this.dc.modify(ldif)
    else if (how === 'system') await this.dc.modifyAsSystem(ldif)
    else await this.dc.modifyRaw(ldif)
  }

  async #apply(ldif: string, how: How): Promise<void> {
    if (this.#waiting.how !== how) await this.flush()
    this.#waiting = { ldif: `${this.#waiting.ldif}\n${ldif}`, how }
  }
}

/** A password as `unicodePwd` takes it (MS-ADTS 3.1.1.3.1.5.1). */
export function quoted(password: string): Uint8Array {
  return Buffer.from(`"${password}"`, 'utf16le')
}

/** Why root keys stay unseen where {@link managedAccount} was used. */
export const noRootKey = 'Samba makes managed accounts without a KDS root key, which Windows cannot'

/** A group managed service account. */
export function managedAccount(g: Ground, name: string): Promise<string> {
  return g.make(g.at(`CN=${name},CN=Managed Service Accounts`), 'msDS-GroupManagedServiceAccount', {
    sAMAccountName: `${name}$`,
    userAccountControl: uac.workstationTrustAccount,
    'msDS-ManagedPasswordInterval': 30,
    dNSHostName: `${name.toLowerCase()}.${g.dc.domain}`,
  })
}

export function adminSdHolder(g: Ground): string {
  return g.at('CN=AdminSDHolder,CN=System')
}

/** Keeps AdminSDHolder from inheriting, as Windows ships it and Samba does not. */
export function protectAdminSdHolder(g: Ground): Promise<void> {
  return g.setDescriptor(adminSdHolder(g), (before) => ({
    ...before,
    control: before.control | descriptorControl.daclProtected,
  }))
}

/** The descriptor that lets these read the password of a managed account, or act for others on an object. */
export function readersOf(...sids: readonly Sid[]): Uint8Array {
  return writeSecurityDescriptor(
    parseSddl(`O:BAD:${sids.map((sid) => `(A;;0xf01ff;;;${sid})`).join('')}`),
  )
}

function addition(
  dn: string,
  objectClass: string | readonly string[],
  attributes: Attributes,
): string {
  return `dn:: ${base64(dn)}\nchangetype: add\n${lines('objectClass', objectClass)}${Object.entries(
    attributes,
  )
    .map(([name, values]) => lines(name, values))
    .join('')}`
}

function replacement(dn: string, attributes: Attributes): string {
  return `dn:: ${base64(dn)}\nchangetype: modify\n${Object.entries(attributes)
    .map(([name, values]) => `replace: ${name}\n${lines(name, values)}-\n`)
    .join('')}`
}

function modification(
  dn: string,
  doing: 'add' | 'delete',
  attribute: string,
  values: Value | readonly Value[],
): string {
  return `dn:: ${base64(dn)}\nchangetype: modify\n${doing}: ${attribute}\n${lines(attribute, values)}-\n`
}

function lines(name: string, values: Value | readonly Value[]): string {
  return [values]
    .flat()
    .map((value) => `${name}:: ${base64(value)}\n`)
    .join('')
}

function base64(value: Value): string {
  return Buffer.from(typeof value === 'object' ? value : String(value)).toString('base64')
}
