import { addDomain, addForest } from './builder-base.ts'
import type { Reach } from './builder-descriptors.ts'
import { BuilderStore, type BulkEntry, type Entry, type Found } from './builder-store.ts'
import { addController } from './builder-controllers.ts'
import { addAuthority, addTemplate } from './builder-pki.ts'
import {
  type FriendlyAttributes,
  type FriendlyValue,
  type TestObject,
  type TestPrincipal,
  isTestObject,
  writeDnsName,
  writeDnsProperty,
  writeDnsRecord,
  writeReplPropertyMetaData,
  writeReplValueMetaData,
} from './builder-values.ts'
import { escapeDnValue } from './dn.ts'
import {
  groupType,
  samAccountType,
  trustAttributes,
  trustDirection,
  trustType,
  uac,
} from './flags.ts'
import { attid } from './replication-metadata.ts'
import type { Sid } from './sid.ts'
import type { Snapshot, Source } from './snapshot.ts'

export type { Reach } from './builder-descriptors.ts'
export type { BulkEntry, Entry } from './builder-store.ts'
export type {
  FriendlyAttributes,
  FriendlyValue,
  TestObject,
  TestPrincipal,
} from './builder-values.ts'

/** What a forest is made with. */
export interface ForestOptions {
  /** DNS name of the root domain. */
  readonly name?: string
  /** Time of the snapshot: all other times are counted back from it. */
  readonly now?: Date
  /** Changes SIDs and GUIDs. */
  readonly seed?: number
  /** Whether accounts have `replPropertyMetaData` that tells when their password was set. */
  readonly metadata?: boolean
  /** SID of the root domain. */
  readonly sid?: Sid
}

/** Attributes and the container, by default where Windows puts such an object. */
export interface In extends FriendlyAttributes {
  readonly in?: string | TestObject
}

/** Who a right is given to: an object or a SID. */
export type Trustee = TestPrincipal | Sid

/**
 * Builds a small forest for tests, object by object. It begins as a fresh, clean forest of one domain as Windows Server
 * 2022 makes it and a careful administrator leaves it: nothing in it is exposed. Descriptors are computed as a domain
 * controller computes them: class default, inheritance, owner, and SDProp for protected accounts.
 *
 * Mistakes in its use throw at once: a missing parent, an unknown attribute in a right, a DN given twice.
 */
export class ForestBuilder {
  readonly name: string
  /** DN of the domain. */
  readonly dn: string
  readonly sid: Sid
  readonly now: Date
  readonly netbiosName: string
  readonly configurationDn: string
  readonly schemaDn: string
  /** The forest's root domain: this builder, unless it is a child. */
  readonly root: ForestBuilder
  /** Domain controllers of this domain, read-only ones too. */
  readonly controllers: TestPrincipal[] = []
  readonly #store: BuilderStore
  #nextRid = 1103

  constructor(options: ForestOptions = {}, parent?: ForestBuilder) {
    this.name = options.name ?? 'corp.example'
    this.dn = this.name
      .split('.')
      .map((label) => `DC=${label}`)
      .join(',')
    this.netbiosName = this.name.split('.')[0]!.toUpperCase().slice(0, 15)
    this.root = parent?.root ?? this
    this.now = parent?.now ?? options.now ?? new Date(Date.UTC(2026, 0, 15, 12))
    const base = parent === undefined ? bases.get(JSON.stringify(options)) : undefined
    this.#store =
      parent === undefined
        ? (base?.store.clone() ?? new BuilderStore(this.now, options.seed ?? 1))
        : parent.#store
    this.sid = base?.sid ?? options.sid ?? this.#store.newDomainSid()
    this.configurationDn = `CN=Configuration,${this.root.dn}`
    this.schemaDn = `CN=Schema,${this.configurationDn}`
    if (base !== undefined) {
      this.controllers.push(...base.controllers)
      this.#nextRid = base.nextRid
      return
    }
    this.#store.addDomain({ dn: this.dn, sid: this.sid, rootSid: this.root.sid, name: this.name })
    if (parent === undefined) {
      this.#store.hasMetadata = options.metadata ?? false
      addForest(this)
    }
    addDomain(this)
    this.#store.createdAt = this.daysAgo(400)
    if (parent !== undefined) return
    if (bases.size >= 8) bases.clear()
    bases.set(JSON.stringify(options), {
      store: this.#store.clone(),
      sid: this.sid,
      controllers: [...this.controllers],
      nextRid: this.#nextRid,
    })
  }

  // Handles of the objects every domain has.
  get head(): TestPrincipal {
    return this.#principal(this.dn)
  }
  get users(): TestObject {
    return this.at('CN=Users')
  }
  get computers(): TestObject {
    return this.at('CN=Computers')
  }
  get builtin(): TestObject {
    return this.at('CN=Builtin')
  }
  get system(): TestObject {
    return this.at('CN=System')
  }
  get policies(): TestObject {
    return this.at('CN=Policies,CN=System')
  }
  get adminSdHolder(): TestObject {
    return this.at('CN=AdminSDHolder,CN=System')
  }
  get domainControllersOu(): TestObject {
    return this.at('OU=Domain Controllers')
  }
  get managedServiceAccounts(): TestObject {
    return this.at('CN=Managed Service Accounts')
  }
  get passwordSettingsContainer(): TestObject {
    return this.at('CN=Password Settings Container,CN=System')
  }
  get defaultDomainPolicy(): TestObject {
    return this.at('CN={31B2F340-016D-11D2-945F-00C04FB984F9},CN=Policies,CN=System')
  }
  get defaultControllersPolicy(): TestObject {
    return this.at('CN={6AC1786C-016F-11D2-945F-00C04fB984F9},CN=Policies,CN=System')
  }
  get administrator(): TestPrincipal {
    return this.rid(500)
  }
  get guest(): TestPrincipal {
    return this.rid(501)
  }
  get krbtgt(): TestPrincipal {
    return this.rid(502)
  }
  get domainAdmins(): TestPrincipal {
    return this.rid(512)
  }
  get domainUsers(): TestPrincipal {
    return this.rid(513)
  }
  get domainGuests(): TestPrincipal {
    return this.rid(514)
  }
  get domainComputers(): TestPrincipal {
    return this.rid(515)
  }
  get domainControllers(): TestPrincipal {
    return this.rid(516)
  }
  get certPublishers(): TestPrincipal {
    return this.rid(517)
  }
  get schemaAdmins(): TestPrincipal {
    return this.root.rid(518)
  }
  get enterpriseAdmins(): TestPrincipal {
    return this.root.rid(519)
  }
  get groupPolicyCreators(): TestPrincipal {
    return this.rid(520)
  }
  get readOnlyControllers(): TestPrincipal {
    return this.rid(521)
  }
  get protectedUsers(): TestPrincipal {
    return this.rid(525)
  }
  get keyAdmins(): TestPrincipal {
    return this.rid(526)
  }
  get enterpriseKeyAdmins(): TestPrincipal {
    return this.root.rid(527)
  }
  get allowedRodcReplication(): TestPrincipal {
    return this.rid(571)
  }
  get deniedRodcReplication(): TestPrincipal {
    return this.rid(572)
  }
  get dnsAdmins(): TestPrincipal {
    return this.rid(1101)
  }
  get administrators(): TestPrincipal {
    return this.alias(544)
  }
  get accountOperators(): TestPrincipal {
    return this.alias(548)
  }
  get serverOperators(): TestPrincipal {
    return this.alias(549)
  }
  get printOperators(): TestPrincipal {
    return this.alias(550)
  }
  get backupOperators(): TestPrincipal {
    return this.alias(551)
  }
  get preWindows2000Access(): TestPrincipal {
    return this.alias(554)
  }
  get configuration(): TestObject {
    return this.at(this.configurationDn)
  }
  get schema(): TestObject {
    return this.at(this.schemaDn)
  }
  get partitions(): TestObject {
    return this.at(`CN=Partitions,${this.configurationDn}`)
  }
  get sites(): TestObject {
    return this.at(`CN=Sites,${this.configurationDn}`)
  }
  get defaultSiteDn(): string {
    return `CN=Default-First-Site-Name,CN=Sites,${this.configurationDn}`
  }
  get defaultSite(): TestObject {
    return this.at(this.defaultSiteDn)
  }
  get services(): TestObject {
    return this.at(`CN=Services,${this.configurationDn}`)
  }
  get directoryService(): TestObject {
    return this.at(`CN=Directory Service,CN=Windows NT,CN=Services,${this.configurationDn}`)
  }
  get publicKeyServices(): TestObject {
    return this.at(`CN=Public Key Services,CN=Services,${this.configurationDn}`)
  }
  get certificateTemplates(): TestObject {
    return this.at(
      `CN=Certificate Templates,CN=Public Key Services,CN=Services,${this.configurationDn}`,
    )
  }
  get enrollmentServices(): TestObject {
    return this.at(
      `CN=Enrollment Services,CN=Public Key Services,CN=Services,${this.configurationDn}`,
    )
  }
  get ntAuthCertificates(): TestObject {
    return this.at(
      `CN=NTAuthCertificates,CN=Public Key Services,CN=Services,${this.configurationDn}`,
    )
  }
  get masterRootKeys(): TestObject {
    return this.at(
      `CN=Master Root Keys,CN=Group Key Distribution Service,CN=Services,${this.configurationDn}`,
    )
  }
  get domainZone(): TestObject {
    return this.at(`DC=${this.name},CN=MicrosoftDNS,DC=DomainDnsZones`)
  }
  get msdcsZone(): TestObject {
    return this.root.at(`DC=_msdcs.${this.root.name},CN=MicrosoftDNS,DC=ForestDnsZones`)
  }

  /** The object at a DN, whole or without the DN of the domain. */
  at(dn: string): TestObject {
    return (this.#store.find(dn) ?? this.#store.find(`${dn},${this.dn}`) ?? this.#store.get(dn))
      .handle
  }

  /** As {@link at}, or nothing when there is no such object. */
  findAt(dn: string): TestObject | undefined {
    return (this.#store.find(dn) ?? this.#store.find(`${dn},${this.dn}`))?.handle
  }

  /** A GUID nothing else in this forest has. */
  freshGuid(): string {
    return this.#store.newGuid()
  }

  /** The account of this domain with a relative identifier, such as 512 for Domain Admins. */
  rid(rid: number): TestPrincipal {
    return this.#store.principal(`${this.sid}-${rid}`, this.dn)
  }

  /** The BUILTIN group of this domain, such as 544 for Administrators. */
  alias(rid: number): TestPrincipal {
    return this.#store.principal(`S-1-5-32-${rid}`, this.dn)
  }

  /** Any object. Classes from top to the structural one. Its parent must exist. */
  object(dn: string, classes: readonly string[], attributes: FriendlyAttributes = {}): TestObject {
    return this.#store.add(this.dn, dn, classes, attributes).handle
  }

  /** Sets attributes; `undefined` removes one. `nTSecurityDescriptor` given here is taken whole, nothing is inherited into it. */
  set(object: TestObject, attributes: FriendlyAttributes): void {
    this.#store.set(object, attributes)
  }

  /** Takes an object away, and all below it. Links to it go too. */
  remove(object: TestObject): void {
    this.#store.remove(object)
  }

  /** A person's account: enabled, used lately, password changed a month ago. */
  user(name: string, attributes: In = {}): TestPrincipal {
    return this.#account(
      name,
      ['top', 'person', 'organizationalPerson', 'user'],
      attributes.in ?? this.users,
      {
        sAMAccountName: name,
        userPrincipalName: `${name}@${this.name}`,
        sAMAccountType: samAccountType.userObject,
        userAccountControl: uac.normalAccount,
        primaryGroupID: 513,
        pwdLastSet: this.daysAgo(30),
        lastLogon: this.daysAgo(2),
        lastLogonTimestamp: this.daysAgo(5),
        logonCount: 42,
        accountExpires: 'never',
        ...attributes,
      },
    )
  }

  /** A group; global unless `scope` says otherwise. Members as for {@link addTo}. */
  group(
    name: string,
    attributes: In & {
      readonly members?: readonly Trustee[]
      readonly scope?: 'global' | 'universal' | 'domainLocal'
    } = {},
  ): TestPrincipal {
    const { members = [], scope = 'global', ...rest } = attributes
    const scopes = {
      global: groupType.account,
      universal: groupType.universal,
      domainLocal: groupType.resource,
    }
    const group = this.#account(name, ['top', 'group'], attributes.in ?? this.users, {
      sAMAccountName: name,
      sAMAccountType:
        scope === 'domainLocal' ? samAccountType.aliasObject : samAccountType.groupObject,
      groupType: scopes[scope] + groupType.securityEnabled,
      ...rest,
    })
    for (const member of members) this.addTo(group, member)
    return group
  }

  /** A workstation or member server, with LAPS. */
  computer(name: string, attributes: In = {}): TestPrincipal {
    const host = `${name.toLowerCase()}.${this.name}`
    return this.#account(name, computerClasses, attributes.in ?? this.computers, {
      sAMAccountName: `${name}$`,
      sAMAccountType: samAccountType.machineAccount,
      userAccountControl: uac.workstationTrustAccount,
      primaryGroupID: 515,
      dNSHostName: host,
      servicePrincipalName: [
        `HOST/${name}`,
        `HOST/${host}`,
        `RestrictedKrbHost/${name}`,
        `RestrictedKrbHost/${host}`,
      ],
      operatingSystem: 'Windows 11 Enterprise',
      operatingSystemVersion: '10.0 (26100)',
      'msDS-SupportedEncryptionTypes': 28,
      'msLAPS-PasswordExpirationTime': this.daysAgo(-20),
      pwdLastSet: this.daysAgo(12),
      lastLogon: this.daysAgo(1),
      lastLogonTimestamp: this.daysAgo(4),
      logonCount: 210,
      accountExpires: 'never',
      ...attributes,
    })
  }

  /** A writable domain controller with all that belongs to one: server and NTDS Settings objects, DFSR, RID set, DNS record. */
  controller(name: string, attributes: In = {}): TestPrincipal {
    return addController(this, name, attributes, 'writable')
  }

  /** A read-only domain controller with its own krbtgt account and the default reveal lists. */
  rodc(name: string, attributes: In = {}): TestPrincipal {
    return addController(this, name, attributes, 'readOnly')
  }

  /** A managed service account; group managed unless `kind` says otherwise. `readers` may read a group managed password. */
  managedAccount(
    name: string,
    attributes: In & {
      readonly kind?: 'group' | 'standalone' | 'delegated'
      readonly readers?: readonly Trustee[]
    } = {},
  ): TestPrincipal {
    const { kind = 'group', readers = [this.domainControllers], ...rest } = attributes
    const classes = {
      group: 'msDS-GroupManagedServiceAccount',
      standalone: 'msDS-ManagedServiceAccount',
      delegated: 'msDS-DelegatedManagedServiceAccount',
    }
    const allowed = readers.map((trustee) => `(A;;GA;;;${sidOf(trustee)})`).join('')
    return this.#account(
      name,
      [...computerClasses, classes[kind]],
      attributes.in ?? this.managedServiceAccounts,
      {
        sAMAccountName: `${name}$`,
        sAMAccountType: samAccountType.machineAccount,
        userAccountControl: uac.workstationTrustAccount,
        primaryGroupID: 515,
        dNSHostName: `${name.toLowerCase()}.${this.name}`,
        'msDS-SupportedEncryptionTypes': 28,
        'msDS-ManagedPasswordInterval': kind === 'standalone' ? undefined : 30,
        'msDS-GroupMSAMembership': kind === 'standalone' ? undefined : `O:BAD:${allowed}`,
        'msDS-DelegatedMSAState': kind === 'delegated' ? 0 : undefined,
        pwdLastSet: this.daysAgo(10),
        lastLogonTimestamp: this.daysAgo(4),
        accountExpires: 'never',
        ...rest,
      },
    )
  }

  /** An organizational unit. */
  ou(name: string, attributes: In = {}): TestObject {
    return this.#named(
      'OU',
      name,
      ['top', 'organizationalUnit'],
      attributes.in ?? this.dn,
      attributes,
    )
  }

  /** A container. */
  container(name: string, attributes: In = {}): TestObject {
    return this.#named('CN', name, ['top', 'container'], attributes.in ?? this.dn, attributes)
  }

  /** A group policy object, as Domain Admins make it. Linked last, so with the lowest precedence of what was linked before. */
  gpo(
    displayName: string,
    attributes: FriendlyAttributes & {
      readonly linkedTo?: TestObject | readonly TestObject[]
    } = {},
  ): TestObject {
    const { linkedTo = [], ...rest } = attributes
    const id = `{${this.#store.newGuid().toUpperCase()}}`
    const gpo = this.object(
      `CN=${id},${this.policies.dn}`,
      ['top', 'container', 'groupPolicyContainer'],
      {
        displayName,
        flags: 0,
        versionNumber: 65537,
        gPCFunctionalityVersion: 2,
        gPCFileSysPath: `\\\\${this.name}\\SysVol\\${this.name}\\Policies\\${id}`,
        ...rest,
      },
    )
    this.descriptor(gpo, gpoSddl)
    for (const child of ['Machine', 'User'])
      this.object(`CN=${child},${gpo.dn}`, ['top', 'container'])
    for (const target of [linkedTo].flat()) this.link(gpo, target)
    return gpo
  }

  /** Links a policy to a domain, OU or site. `options`: see gpLinkOptions. */
  link(gpo: TestObject, target: TestObject, options = 0): void {
    const links = this.#store.get(target.dn).textOf('gPLink') ?? ''
    this.set(target, { gPLink: `[LDAP://${gpo.dn};${options}]${links}` })
  }

  /** A fine-grained password policy, strong unless attributes say otherwise. */
  passwordSettings(
    name: string,
    attributes: FriendlyAttributes & { readonly appliesTo?: readonly TestPrincipal[] } = {},
  ): TestObject {
    const { appliesTo = [], ...rest } = attributes
    return this.#named(
      'CN',
      name,
      ['top', 'msDS-PasswordSettings'],
      this.passwordSettingsContainer,
      {
        'msDS-PasswordSettingsPrecedence': 10,
        'msDS-MinimumPasswordLength': 20,
        'msDS-PasswordComplexityEnabled': true,
        'msDS-PasswordHistoryLength': 24,
        'msDS-PasswordReversibleEncryptionEnabled': false,
        'msDS-MaximumPasswordAge': 180 * dayMs,
        'msDS-MinimumPasswordAge': dayMs,
        'msDS-LockoutThreshold': 10,
        'msDS-LockoutDuration': 900_000,
        'msDS-LockoutObservationWindow': 900_000,
        'msDS-PSOAppliesTo': appliesTo,
        ...rest,
      },
    )
  }

  /**
   * A trust with a domain outside the forest, and the account the other side signs in with where the trust is inbound. A
   * forest trust in both directions unless said otherwise; SIDs are filtered.
   */
  trust(
    partner: string,
    attributes: FriendlyAttributes & {
      readonly direction?: 'inbound' | 'outbound' | 'both'
      readonly kind?: 'forest' | 'external' | 'realm' | 'parentChild'
      readonly partnerSid?: Sid
    } = {},
  ): TestObject {
    const {
      direction = 'both',
      kind = 'forest',
      partnerSid = this.#store.newDomainSid(),
      ...rest
    } = attributes
    const flatName = partner.split('.')[0]!.toUpperCase().slice(0, 15)
    const directions = {
      inbound: trustDirection.inbound,
      outbound: trustDirection.outbound,
      both: trustDirection.inbound | trustDirection.outbound,
    }
    const flags = {
      forest: trustAttributes.forestTransitive,
      external: trustAttributes.quarantinedDomain,
      realm: trustAttributes.nonTransitive,
      parentChild: trustAttributes.withinForest,
    }
    if (direction !== 'outbound') {
      this.#account(`${flatName}$`, ['top', 'person', 'organizationalPerson', 'user'], this.users, {
        sAMAccountName: `${flatName}$`,
        sAMAccountType: samAccountType.trustAccount,
        userAccountControl: uac.interdomainTrustAccount | uac.passwordNotRequired,
        primaryGroupID: 513,
        isCriticalSystemObject: true,
        pwdLastSet: this.daysAgo(9),
        accountExpires: 'never',
      })
    }
    return this.object(
      `CN=${escapeDnValue(partner)},${this.system.dn}`,
      ['top', 'leaf', 'trustedDomain'],
      {
        trustPartner: partner,
        flatName,
        trustDirection: directions[direction],
        trustType: kind === 'realm' ? trustType.mit : trustType.uplevel,
        trustAttributes: flags[kind],
        securityIdentifier: kind === 'realm' ? undefined : partnerSid,
        'msDS-SupportedEncryptionTypes': 24,
        isCriticalSystemObject: true,
        whenChanged: this.daysAgo(9),
        ...rest,
      },
    )
  }

  /** A site, with its Servers container. */
  site(name: string, attributes: FriendlyAttributes = {}): TestObject {
    const site = this.#named('CN', name, ['top', 'site'], this.sites, attributes)
    this.#store.setOwner(site, this.enterpriseAdmins.sid)
    const servers = this.object(`CN=Servers,${site.dn}`, ['top', 'serversContainer'])
    this.#store.setOwner(servers, this.enterpriseAdmins.sid)
    return site
  }

  /** A subnet, in a site. */
  subnet(prefix: string, site: TestObject, attributes: FriendlyAttributes = {}): TestObject {
    const subnets = `CN=Subnets,${this.sites.dn}`
    return this.#named('CN', prefix, ['top', 'subnet'], subnets, {
      siteObject: site,
      ...attributes,
    })
  }

  /**
   * An enterprise CA on a host: enrolment service, root and AIA certificates, its certificate in NTAuth, the standard
   * templates (with the first CA). Without `host` it gets a computer of its own, `<name>-HOST`. `templates`: the cn of those it
   * issues besides the standard ones; `[]` for none of the standard ones: `issues`.
   */
  authority(
    name: string,
    attributes: FriendlyAttributes & {
      readonly host?: TestPrincipal
      readonly templates?: readonly (string | TestObject)[]
      readonly issues?: readonly string[]
    } = {},
  ): TestObject {
    return addAuthority(this, name, attributes)
  }

  /**
   * A certificate template of schema version 2: client authentication, subject built from the directory, which Domain Users
   * may enrol (`enrollees` says otherwise). Give its cn to an authority's `templates`, or {@link publish} it.
   */
  template(
    name: string,
    attributes: FriendlyAttributes & { readonly enrollees?: readonly Trustee[] } = {},
  ): TestObject {
    return addTemplate(this, name, attributes)
  }

  /** Lets an authority issue a template. */
  publish(template: TestObject, authority: TestObject): void {
    this.append(authority, 'certificateTemplates', template.name)
  }

  /** A DNS zone, with secure updates only. `in`: the domain's or the forest's partition, or any container. */
  dnsZone(
    name: string,
    attributes: FriendlyAttributes & {
      readonly in?: 'domain' | 'forest' | TestObject
      readonly updates?: 'none' | 'insecure' | 'secure'
    } = {},
  ): TestObject {
    const { in: where = 'domain', updates = 'secure', ...rest } = attributes
    const partition =
      where === 'domain'
        ? this.at('CN=MicrosoftDNS,DC=DomainDnsZones')
        : where === 'forest'
          ? this.root.at('CN=MicrosoftDNS,DC=ForestDnsZones')
          : where
    const update = { none: 0, insecure: 1, secure: 2 }[updates]
    const zone = this.#named('DC', name, ['top', 'dnsZone'], partition, {
      dNSProperty: [
        writeDnsProperty(0x1, u32(1)),
        writeDnsProperty(0x2, Uint8Array.of(update)),
        writeDnsProperty(0x40, u32(0)),
      ],
      ...rest,
    })
    this.descriptor(zone, dnsZoneSddl)
    return zone
  }

  /** A name in a DNS zone, with addresses or an alias. */
  dnsNode(
    zone: TestObject,
    name: string,
    attributes: FriendlyAttributes & {
      readonly a?: string | readonly string[]
      readonly cname?: string
    } = {},
  ): TestObject {
    const { a = [], cname, ...rest } = attributes
    const records = [a]
      .flat()
      .map((address) => writeDnsRecord(1, Uint8Array.from(address.split('.').map(Number))))
    if (cname !== undefined) records.push(writeDnsRecord(5, writeDnsName(cname)))
    const node = this.#named('DC', name, ['top', 'dnsNode'], zone, {
      dnsRecord: records,
      dNSTombstoned: false,
      ...rest,
    })
    this.descriptor(node, dnsNodeSddl)
    return node
  }

  /** A KDS root key, with which the forest can have managed service accounts. Its secret is not made. */
  kdsRootKey(attributes: FriendlyAttributes = {}): TestObject {
    const key = this.#named(
      'CN',
      this.#store.newGuid(),
      ['top', 'msKds-ProvRootKey'],
      this.masterRootKeys,
      attributes,
    )
    this.descriptor(key, 'O:EAG:EAD:P(A;;GA;;;DA)(A;;GA;;;EA)(A;;GA;;;SY)')
    return key
  }

  /** Makes somebody a member: an object, or a SID, for which a foreignSecurityPrincipal is made when no object of the forest has it. */
  addTo(group: TestObject, member: Trustee): void {
    this.append(group, 'member', isTestObject(member) ? member : this.foreignPrincipal(member))
  }

  /** The object that stands for a SID in links: the one that has it, else a foreignSecurityPrincipal in this domain. */
  foreignPrincipal(sid: Sid): TestObject {
    const dn = `CN=${sid},${this.at('CN=ForeignSecurityPrincipals').dn}`
    const known = this.#store.find(dn) ?? this.#store.bySid(sid, this.dn)
    return known?.handle ?? this.object(dn, ['top', 'foreignSecurityPrincipal'], { objectSid: sid })
  }

  /** Adds a value to an attribute, after those it has. */
  append(object: TestObject, attribute: string, ...values: readonly FriendlyValue[]): void {
    this.#store.append(object, attribute, values)
  }

  /**
   * Adds an explicit ACE that allows. `rights` as SDDL has them (`GA`, `WP`, `CR`, `RPWP`, …); `property` an attribute, a
   * property set, an extended right, a validated write or a class, by name or GUID. On an object that SDProp protects it stays
   * as it does until SDProp runs again.
   */
  grant(trustee: Trustee, on: TestObject, rights: string, property?: string, reach?: Reach): void {
    this.#store.addAce(on, 'allow', sidOf(trustee), rights, property, reach)
  }

  /** Adds an explicit ACE that denies, before those that allow. Otherwise as {@link grant}. */
  deny(trustee: Trustee, on: TestObject, rights: string, property?: string, reach?: Reach): void {
    this.#store.addAce(on, 'deny', sidOf(trustee), rights, property, reach)
  }

  /** The first value of an attribute as text. */
  textOf(object: TestObject, attribute: string): string | undefined {
    return this.#store.get(object.dn).textOf(attribute)
  }

  /** Changes who owns an object, and the group that goes with it. */
  owner(on: TestObject, who: Trustee, group?: Trustee): void {
    this.#store.setOwner(on, sidOf(who), group === undefined ? undefined : sidOf(group))
  }

  /**
   * Writes a descriptor as over LDAP: the explicit part in SDDL. Owner and group stay when it names none; ACEs are inherited
   * unless it is protected (`D:P…`). Aliases such as DA mean this domain. For octets as they stand, {@link set}.
   */
  descriptor(on: TestObject, sddl: string): void {
    this.#store.setDescriptor(on, sddl)
  }

  /** A domain below this one in the same forest, with its controller and the trusts both ways. */
  childDomain(label: string): ForestBuilder {
    const child = new ForestBuilder({ name: `${label}.${this.name}` }, this)
    this.trust(child.name, { kind: 'parentChild', partnerSid: child.sid })
    child.trust(this.name, { kind: 'parentChild', partnerSid: this.sid })
    return child
  }

  /** Makes a source absent, and what comes from it missing: objects, attributes or probes. */
  without(source: Source, because = 'not collected in this test'): void {
    this.#store.without(source, because)
  }

  /** Makes an attribute one that was never asked for. */
  unasked(attribute: string): void {
    this.#store.unasked.add(attribute.toLowerCase())
  }

  /** Takes an attribute from one object as if it could not be read there. */
  withhold(object: TestObject, attribute: string): void {
    this.#store.get(object.dn).withheld.add(attribute.toLowerCase())
  }

  /** Says when attributes were last changed, in `replPropertyMetaData`: `{ unicodePwd: date }`. */
  replicated(object: TestObject, changes: Partial<Record<keyof typeof attid, Date>>): void {
    const entries = Object.entries(changes).map(
      ([name, at]) => [attid[name as keyof typeof attid], { at }] as const,
    )
    this.set(object, { replPropertyMetaData: writeReplPropertyMetaData(new Map(entries)) })
  }

  /** Says that somebody was put into a group and, with `removed`, taken out again: a value of `msDS-ReplValueMetaData`. */
  memberChanged(group: TestObject, member: TestObject, added: Date, removed?: Date): void {
    this.append(group, 'msDS-ReplValueMetaData', writeReplValueMetaData(member.dn, added, removed))
  }

  /** What the probes of a controller found; without this, what a hardened one answers. */
  probe(controller: TestObject, found: Found): void {
    this.#store.probes.set(controller.dn, { ...this.#store.probes.get(controller.dn), ...found })
  }

  /** A time some days before (or, when negative, after) {@link now}. */
  daysAgo(days: number): Date {
    return new Date(this.now.getTime() - days * dayMs)
  }

  /** Every object with its octets, parents first, as a collector would read them. */
  entries(): Generator<Entry> {
    return this.#store.entries()
  }

  /** Sets values of the rootDSE; without this they are those of a forest at level 7. */
  rootDse(values: Readonly<Record<string, string | readonly string[]>>): void {
    for (const [name, value] of Object.entries(values))
      this.#store.rootDse.set(name, [value].flat())
  }

  /** Takes an attribute from every object, those to come too, as if it had never been used. */
  strip(attribute: string): void {
    this.#store.stripped.add(attribute.toLowerCase())
  }

  /**
   * The snapshot of the whole forest. `more`: objects of this forest that were made elsewhere, taken as they are, as millions
   * need to be; their parents and what they link to must exist. The builder can go on being used.
   */
  build(more: Iterable<BulkEntry> = [], source = 'test'): Snapshot {
    return this.#store.build(this.root, more, source)
  }

  /** Octets of the descriptor that an object of a class gets when it is made below another one. */
  descriptorBelow(
    parent: TestObject,
    objectClass: string,
    owner: Trustee = this.domainAdmins,
  ): Uint8Array {
    return this.#store.descriptorBelow(parent, objectClass, this.dn, sidOf(owner))
  }

  /** Sets relative identifiers aside for objects made elsewhere; the first of them. */
  reserveRids(count: number): number {
    const first = this.#nextRid
    this.#nextRid += count
    return first
  }

  /** Objects in the forest. */
  get count(): number {
    return this.#store.count
  }

  #principal(dn: string): TestPrincipal {
    return this.#store.get(dn).handle as TestPrincipal
  }

  #named(
    type: string,
    name: string,
    classes: readonly string[],
    where: string | TestObject,
    attributes: FriendlyAttributes,
  ): TestObject {
    const { in: _, ...rest } = attributes
    const parent = typeof where === 'string' ? where : where.dn
    return this.object(`${type}=${escapeDnValue(name)},${parent}`, classes, rest)
  }

  #account(
    name: string,
    classes: readonly string[],
    where: string | TestObject,
    attributes: FriendlyAttributes,
  ): TestPrincipal {
    const objectSid = attributes['objectSid'] ?? `${this.sid}-${this.#nextRid++}`
    return this.#named('CN', name, classes, where, { objectSid, ...attributes }) as TestPrincipal
  }
}

/** Fresh forests made before, by their options: the next one with the same begins as a copy. */
const bases = new Map<
  string,
  { store: BuilderStore; sid: Sid; controllers: readonly TestPrincipal[]; nextRid: number }
>()

const dayMs = 86_400_000

const computerClasses = ['top', 'person', 'organizationalPerson', 'user', 'computer']

/** What the group policy tools write on a new policy, besides its maker. */
const gpoSddl =
  'O:DAG:DAD:P(A;CI;RPWPCCDCLCLORCWOWDSDDTSW;;;DA)(A;CI;RPWPCCDCLCLORCWOWDSDDTSW;;;EA)' +
  '(A;CIIO;RPWPCCDCLCLORCWOWDSDDTSW;;;CO)(A;CI;RPWPCCDCLCLORCWOWDSDDTSW;;;SY)(A;CI;RPLCLORC;;;AU)' +
  '(OA;CI;CR;edacfd8f-ffb3-11d1-b41d-00a0c968f939;;AU)(A;CI;RPLCLORC;;;ED)'

/** Names in DNS belong to SYSTEM; any account may add one to a zone. */
const dnsZoneSddl =
  'O:SYG:BAD:(A;;GA;;;DA)(A;;CC;;;AU)(A;;RPLCLORC;;;WD)(A;;GA;;;SY)(A;CI;RPWPCRCCDCLCRCWOWDSDDTSW;;;ED)'
const dnsNodeSddl = 'O:SYG:BAD:(A;;GA;;;DA)(A;;RPLCLORC;;;WD)(A;;GA;;;ED)(A;;GA;;;SY)'

function sidOf(trustee: Trustee): Sid {
  return typeof trustee === 'string' ? trustee : trustee.sid
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}
