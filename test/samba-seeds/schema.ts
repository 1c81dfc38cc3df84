import {
  attributeGuid,
  classGuid,
  formatFileTime,
  guid,
  propertySet,
  wellKnownSid,
  writeGuid,
} from '#directory'
import type { Attributes, Ground } from './ground.ts'
import type { Field } from './seed.ts'

const inSchema = (g: Ground, name: string) => g.inConfiguration(`CN=${name},CN=Schema`)
const rootKey = (g: Ground) =>
  g.inConfiguration(
    'CN=5f6e7d8c-9b0a-4c1d-8e2f-3a4b5c6d7e8f,CN=Master Root Keys,CN=Group Key Distribution Service,CN=Services',
  )
const workstation = (g: Ground) => g.at('CN=PC,CN=Computers')
const delegated = (g: Ground, name: string) => g.at(`CN=${name},CN=Managed Service Accounts`)

/** The forest's own GUID of the LAPS attribute: it has no fixed one. */
const lapsGuid = guid('7d1b8f52-3c44-4e0f-9a61-6b0c5d4e3f2a')

const syntaxes = {
  text: { attributeSyntax: '2.5.5.12', oMSyntax: 64 },
  integer: { attributeSyntax: '2.5.5.9', oMSyntax: 2 },
  large: { attributeSyntax: '2.5.5.16', oMSyntax: 65 },
  dn: {
    attributeSyntax: '2.5.5.1',
    oMSyntax: 127,
    oMObjectClass: Buffer.from('2b0c0287731c00854a', 'hex'),
  },
  dnWithBinary: {
    attributeSyntax: '2.5.5.7',
    oMSyntax: 127,
    oMObjectClass: Buffer.from('2a864886f7140101010b', 'hex'),
  },
} as const

/** Attributes that the schema of Samba 4.17 lacks: LAPS, key credentials, delegated managed service accounts. */
const attributes: readonly (readonly [
  name: string,
  syntax: keyof typeof syntaxes,
  more?: Attributes,
])[] = [
  ['ms-Mcs-AdmPwd', 'text', { searchFlags: 904, schemaIDGUID: writeGuid(lapsGuid) }],
  ['ms-Mcs-AdmPwdExpirationTime', 'large'],
  ['msLAPS-Password', 'text', { searchFlags: 904 }],
  [
    'msDS-KeyCredentialLink',
    'dnWithBinary',
    {
      isSingleValued: 'FALSE',
      schemaIDGUID: writeGuid(attributeGuid['msDS-KeyCredentialLink']),
      attributeSecurityGUID: writeGuid(propertySet.publicInformation),
    },
  ],
  [
    'msDS-ManagedAccountPrecededByLink',
    'dn',
    { schemaIDGUID: writeGuid(attributeGuid['msDS-ManagedAccountPrecededByLink']) },
  ],
  [
    'msDS-SupersededManagedAccountLink',
    'dn',
    { schemaIDGUID: writeGuid(attributeGuid['msDS-SupersededManagedAccountLink']) },
  ],
  [
    'msDS-SupersededServiceAccountState',
    'integer',
    { schemaIDGUID: writeGuid(attributeGuid['msDS-SupersededServiceAccountState']) },
  ],
  ['msDS-DelegatedMSAState', 'integer'],
]

/** Below it the OIDs of what is added here; those of the real ones do not matter. */
const ARC = '1.3.6.1.4.1.32473.1'

/** Adds attributes and classes that newer schemas have. */
async function extendSchema(g: Ground): Promise<void> {
  for (const [index, [name, syntax, more]] of attributes.entries()) {
    await g.make(
      inSchema(g, name),
      'attributeSchema',
      {
        lDAPDisplayName: name,
        attributeID: `${ARC}.1.${index}`,
        isSingleValued: 'TRUE',
        ...syntaxes[syntax],
        ...more,
      },
      'system',
    )
  }
  await refresh(g)
  const names = attributes.map(([name]) => name)
  await g.append(inSchema(g, 'User'), 'mayContain', names, 'system')
  const classes = {
    objectClassCategory: 1,
    rDNAttID: 'cn',
    systemOnly: 'FALSE',
    defaultSecurityDescriptor: 'D:(A;;GA;;;DA)(A;;GA;;;SY)(A;;GR;;;AU)',
  }
  await g.make(
    inSchema(g, 'ms-DS-Delegated-Managed-Service-Account'),
    'classSchema',
    {
      ...classes,
      lDAPDisplayName: 'msDS-DelegatedManagedServiceAccount',
      governsID: `${ARC}.2.1`,
      subClassOf: 'computer',
      possSuperiors: ['container', 'organizationalUnit'],
      schemaIDGUID: writeGuid(classGuid['msDS-DelegatedManagedServiceAccount']),
      defaultObjectCategory: inSchema(g, 'ms-DS-Delegated-Managed-Service-Account'),
    },
    'system',
  )
  await g.make(
    inSchema(g, 'ms-Exch-Exchange-Server'),
    'classSchema',
    {
      ...classes,
      lDAPDisplayName: 'msExchExchangeServer',
      governsID: `${ARC}.2.2`,
      subClassOf: 'top',
      possSuperiors: 'container',
      mayContain: ['serialNumber', 'versionNumber'],
      defaultObjectCategory: inSchema(g, 'ms-Exch-Exchange-Server'),
    },
    'system',
  )
  await refresh(g)
}

/** Has the server read its schema again (MS-ADTS 3.1.1.3.3.13). */
async function refresh(g: Ground): Promise<void> {
  await g.flush()
  await g.dc.modify('dn:\nchangetype: modify\nreplace: schemaUpdateNow\nschemaUpdateNow: 1\n')
}

function delegatedAccount(g: Ground, name: string): Promise<string> {
  return g.make(delegated(g, name), 'msDS-DelegatedManagedServiceAccount', {
    sAMAccountName: `${name}$`,
    userAccountControl: 4096,
    dNSHostName: `${name.toLowerCase()}.${g.dc.domain}`,
  })
}

/** A key that somebody may sign in with as the account (MS-ADTS 2.2.20): version, then key hash, usage and source. */
function keyCredential(owner: string): string {
  const entry = (identifier: number, value: Buffer) =>
    Buffer.concat([Buffer.of(value.length, 0, identifier), value])
  const blob = Buffer.concat([
    Buffer.of(0, 2, 0, 0),
    entry(1, Buffer.alloc(32, 0xab)),
    entry(4, Buffer.of(1)),
    entry(5, Buffer.of(0)),
  ])
  return `B:${blob.length * 2}:${blob.toString('hex').toUpperCase()}:${owner}`
}

/** What needs a newer schema than Samba's, or is about the schema itself. */
export default {
  title: 'schema, LAPS and delegated managed service accounts',
  mends: ['laps-not-deployed'],

  /** A domain of today: the schema, a controller of 2025, a KDS root key, LAPS in use. */
  async prepare(g) {
    await extendSchema(g)
    await g.set(g.controller, {
      operatingSystem: 'Windows Server 2025 Standard',
      operatingSystemVersion: '10.0 (26100)',
    })
    await g.computer('PC', {
      operatingSystem: 'Windows 11 Enterprise',
      'ms-Mcs-AdmPwdExpirationTime': formatFileTime(new Date(Date.now() + 30 * 86_400_000)),
    })
    const distribution = g.inConfiguration('CN=Group Key Distribution Service,CN=Services')
    await g.make(distribution, 'container', {}, 'system')
    await g.make(`CN=Master Root Keys,${distribution}`, 'container', {}, 'system')
    await g.make(
      rootKey(g),
      'msKds-ProvRootKey',
      {
        'msKds-Version': 1,
        'msKds-DomainID': g.controller,
        'msKds-KDFAlgorithmID': 'SP800_108_CTR_HMAC',
        'msKds-SecretAgreementAlgorithmID': 'DH',
        'msKds-PublicKeyLength': 2048,
        'msKds-PrivateKeyLength': 512,
        'msKds-RootKeyData': Buffer.alloc(64, 1),
        'msKds-CreateTime': formatFileTime(new Date()),
        'msKds-UseStartTime': formatFileTime(new Date()),
      },
      'system',
    )
    // That there is a key may be seen, its value not.
    await g.grant(wellKnownSid.authenticatedUsers, rootKey(g), 'GR', undefined, '', 'system')
  },

  seeds: {
    async 'acl-confidential-flag-removed'(g) {
      await g.set(inSchema(g, 'UnixUserPassword'), { searchFlags: 0 })
      return inSchema(g, 'UnixUserPassword')
    },
    async 'acl-default-sd-changed'(g) {
      const contact = inSchema(g, 'Contact')
      const { defaultSecurityDescriptor: [before] = [] } = await g.read(contact, [
        'defaultSecurityDescriptor',
      ])
      await g.set(contact, { defaultSecurityDescriptor: `${before?.toString()}(A;;WP;;;AU)` })
      return contact
    },
    async 'exch-server-obsolete'(g) {
      const exchange = await g.make(
        g.inConfiguration('CN=Microsoft Exchange,CN=Services'),
        'container',
      )
      const server = await g.make(`CN=MAIL,${exchange}`, 'msExchExchangeServer', {
        serialNumber: 'Version 15.2 (Build 32562.17)',
      })
      await g.set(server, { serialNumber: 'Version 15.1 (Build 32507.6)' })
      return server
    },
    async 'krb-shadow-credentials-present'(g) {
      await g.append(g.administrator, 'msDS-KeyCredentialLink', keyCredential(g.administrator))
      return g.administrator
    },
    async 'laps-not-deployed'(g) {
      await g.set(workstation(g), { 'ms-Mcs-AdmPwdExpirationTime': [] })
      return g.dc.baseDn
    },
    async 'laps-readers'(g) {
      await g.grant(await g.helpdesk(), workstation(g), 'RPCR', lapsGuid)
      return workstation(g)
    },
    async 'laps-searchflags-weak'(g) {
      await g.set(inSchema(g, 'msLAPS-Password'), { searchFlags: 392 })
      return inSchema(g, 'msLAPS-Password')
    },
    async 'svc-dmsa-create-delegated'(g) {
      const unit = await g.unit('Services')
      await g.grant(
        await g.helpdesk(),
        unit,
        'CC',
        classGuid['msDS-DelegatedManagedServiceAccount'],
      )
      return unit
    },
    async 'svc-dmsa-supersedes-privileged'(g) {
      const successor = await delegatedAccount(g, 'dmsaNew')
      await g.set(successor, {
        'msDS-ManagedAccountPrecededByLink': g.administrator,
        'msDS-DelegatedMSAState': 2,
      })
      return successor
    },
    async 'svc-dmsa-target-link-writable'(g) {
      const helpdesk = await g.helpdesk()
      for (const name of [
        'msDS-SupersededManagedAccountLink',
        'msDS-SupersededServiceAccountState',
      ] as const) {
        await g.grant(helpdesk, g.controller, 'WP', attributeGuid[name])
      }
      return g.controller
    },
    async 'svc-dmsa-write-existing'(g) {
      const account = await delegatedAccount(g, 'dmsaApp')
      await g.grant(await g.helpdesk(), account, 'WD')
      return account
    },
    async 'svc-kds-root-key-acl'(g) {
      await g.grant(wellKnownSid.authenticatedUsers, rootKey(g), 'CR', undefined, '', 'system')
      return rootKey(g)
    },
  },
} satisfies Field
