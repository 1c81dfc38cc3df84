/**
 * A Samba domain controller and a replica of what it holds, asked the same by the same clients: ldapsearch, ldapts, python's
 * ldap3 and ldapdomaindump get the same entries and values from both.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { Client, Control } from 'ldapts'
import { collect } from '#collect'
import { descriptorControl, readGuid, readSecurityDescriptor } from '#directory'
import { hashPassword, openReplica, type Replica } from '#replica'
import { makeCertificates } from './certificates.ts'
import { type SambaAccount, type SambaDc, sambaMissing, startSamba } from './samba.ts'

const run = promisify(execFile)
const ownerBits = descriptorControl.ownerDefaulted | descriptorControl.groupDefaulted
const daclBits = descriptorControl.daclAutoInherited | descriptorControl.daclProtected
const saclBits = descriptorControl.saclAutoInherited | descriptorControl.saclProtected

/** Attributes of the accounts that bind which change while the two are asked, and why. */
const volatile = new Map([
  ['lastlogon', 'every bind sets it'],
  ['lastlogontimestamp', 'every bind may set it'],
  ['logoncount', 'every bind counts'],
  ['whenchanged', 'set with lastLogonTimestamp'],
  ['usnchanged', 'as whenChanged'],
])
const isVolatile = (dn: string, name: string) =>
  /^(dn: )?CN=(Administrator|plain),/.test(dn) && volatile.has(name.toLowerCase())

/*
 * Where Samba is not as Active Directory is, and so not as the replica is (each tested beside the replica's sources):
 * - a filter that is undefined is false there, so its negation finds everything
 * - OIDs of attributes are not taken in filters, accents count, several spaces do not
 * - constructed attributes are found by, or find nothing, where Active Directory refuses
 * - classes and names, which have neither order nor pieces, have them there; `true` is TRUE; `~=` is an error
 * - bits of what is no number are an error, not undefined; the option `binary` hides an attribute
 * - names of bases may hold no blanks before an equals sign and no OIDs, as RFC 2253 lets them
 * - there are no MaxPageSize and MaxValRange, nor does the size limit of the client count; pages are counted ahead
 * - of a descriptor's list that is left out, the control bits say nothing
 * - the host of the DNS zones is the domain's, not their own dnsRoot
 * - a critical sort control with an attribute that does not exist is taken, and there is no sort response
 * - it uses its own words, gives no matchedDN, and has no referral for names outside the forest
 * - an unknown critical control is answered with an operation that ldapsearch waits upon for ever
 * - there are no msDS-PrincipalName and no whoAmI, and `+` means nothing
 * - comparing with an attribute that is not there is false, instead of saying so
 *
 * And one thing in which the replica is like neither: whoever signs in may read all that the snapshot holds, whatever its
 * descriptors say; it was read by somebody who might.
 */

describe(
  'a replica of a Samba domain controller',
  { skip: sambaMissing(), timeout: 300_000 },
  () => {
    let dir = ''
    let dc: SambaDc
    let replica: Replica
    let base = ''
    let peers: readonly Peer[] = []
    let plain: SambaAccount

    /** One of the two, and how to sign in there. */
    interface Peer {
      readonly name: 'Samba' | 'replica'
      readonly url: string
      readonly caFile: string
    }

    before(async () => {
      dir = await mkdtemp(join(tmpdir(), 'glacis-replica-vs-samba-'))
      dc = await startSamba()
      base = dc.baseDn
      await dc.modify(population(base))
      plain = await dc.addUser('plain', 'Gl4cis-plain')
      const certificates = await makeCertificates(join(dir, 'tls'), [
        'IP:127.0.0.1',
        'DNS:localhost',
      ])
      const { key, cert } = await certificates.of('good')
      const snapshot = await collect(await dump())
      replica = await openReplica({
        snapshot,
        tls: { key, cert },
        tlsPort: 0,
        accounts: [
          {
            name: dc.admin.upn,
            password: await hashPassword(dc.admin.password),
            isPrivileged: true,
          },
          { name: plain.upn, password: await hashPassword(plain.password) },
        ],
      })
      peers = [
        { name: 'Samba', url: `ldaps://${dc.host}`, caFile: dc.caFile },
        {
          name: 'replica',
          url: `ldaps://127.0.0.1:${replica.tlsPort}`,
          caFile: certificates.caFile,
        },
      ]
    })

    after(async () => {
      await replica.close()
      await dc.stop()
      await rm(dir, { recursive: true })
    })

    /** Everything the domain controller holds, as its administrator reads it. */
    async function dump(): Promise<string> {
      const contexts = [
        '',
        'CN=Configuration,',
        'CN=Schema,CN=Configuration,',
        'DC=DomainDnsZones,',
        'DC=ForestDnsZones,',
      ]
      const parts = [
        'version: 1\n\n',
        await dc.search(['-s', 'base', '-b', '', '(objectClass=*)', '*', '+']),
      ]
      for (const context of contexts) {
        const controls = ['-E', 'pr=500/noprompt', '-E', '!1.2.840.113556.1.4.417']
        parts.push(
          await dc.search([
            ...controls,
            '-b',
            `${context}${base}`,
            '(objectClass=*)',
            '*',
            'nTSecurityDescriptor',
          ]),
        )
      }
      const file = join(dir, 'all.ldif')
      await writeFile(file, parts.join(''))
      return file
    }

    /** What a program of OpenLDAP prints and ends with. */
    async function tool(
      name: string,
      { url, caFile }: Peer,
      args: readonly string[],
      { upn, password }: SambaAccount = dc.admin,
    ): Promise<{ stdout: string; code: number }> {
      const env = { ...process.env, LDAPTLS_CACERT: caFile, LC_ALL: 'C' }
      const all = ['-x', '-H', url, '-D', upn, '-w', password, ...args]
      return run(name, all, { env, maxBuffer: 1 << 28 }).then(
        ({ stdout }) => ({ stdout, code: 0 }),
        ({ stdout, code }: { stdout: string; code: number }) => ({ stdout, code }),
      )
    }

    /** What `ldapsearch` gets: entries by DN, what else it prints, and the code it ends with. */
    async function ldapsearch(peer: Peer, args: readonly string[], as?: SambaAccount) {
      const all = ['-LLL', '-o', 'ldif-wrap=no', ...args]
      const { stdout, code } = await tool('ldapsearch', peer, all, as)
      const entries = new Map<string, string[]>()
      const references: string[] = []
      for (const block of stdout.split('\n\n')) {
        const lines = block
          .split('\n')
          .filter((line) => line !== '' && !/^# (pagedresults|sortResult)/.test(line))
        if (lines[0]?.startsWith('dn:') === true)
          entries.set(
            lines[0],
            lines
              .slice(1)
              .map((line) => comparable(lines[0]!, line))
              .filter((line) => line !== '')
              .toSorted(),
          )
        else
          references.push(
            ...lines.map((line) => line.replace(/\/\/(Domain|Forest)DnsZones\./, '//')),
          )
      }
      return {
        code,
        entries: new Map([...entries].toSorted(([a], [b]) => (a < b ? -1 : 1))),
        references: references.toSorted(),
        order: [...entries.keys()],
      }
    }

    /** A line that two servers may print differently for the same: descriptors have several layouts, some values change. */
    function comparable(dn: string, line: string): string {
      const [name = ''] = line.split(/[:;]/, 1)
      if (isVolatile(dn, name)) return ''
      if (name !== 'nTSecurityDescriptor') return line
      const octets = Buffer.from(line.slice(line.indexOf(' ') + 1), 'base64')
      const { control, ...parts } = readSecurityDescriptor(octets)
      // Of an owner that it does not send Samba says that it was defaulted, and of a list that it does not send it says nothing.
      const unsure =
        ownerBits |
        (parts.dacl === undefined ? daclBits : 0) |
        (parts.sacl === undefined ? saclBits : 0)
      return `nTSecurityDescriptor ${JSON.stringify({ control: control & ~unsure, ...parts })}`
    }

    async function sameFromBoth(
      args: readonly string[],
      atLeast: number,
      as?: SambaAccount,
    ): Promise<string[]> {
      const [samba, ours] = await Promise.all(peers.map((peer) => ldapsearch(peer, args, as)))
      assert.deepEqual([...ours!.entries.keys()], [...samba!.entries.keys()])
      for (const [dn, lines] of samba!.entries) assert.deepEqual(ours!.entries.get(dn), lines, dn)
      assert.deepEqual(ours!.references, samba!.references)
      assert.equal(ours!.code, samba!.code)
      assert.ok(ours!.entries.size >= atLeast, `only ${ours!.entries.size} entries`)
      return ours!.order
    }

    const paged = ['-E', 'pr=300/noprompt']
    const bulk = 'OU=Bulk'
    const and = '1.2.840.113556.1.4.803'
    const or = '1.2.840.113556.1.4.804'
    const chain = '1.2.840.113556.1.4.1941'

    /** Filter, how many entries it finds at least, and further arguments. Below the domain unless `-b` is given. */
    const searches: readonly (readonly [
      filter: string,
      atLeast: number,
      args?: (base: string) => readonly string[],
      attributes?: readonly string[],
    ])[] = [
      ['(objectClass=*)', 400, () => paged],
      ['(objectClass=*)', 400, () => paged, ['*', 'nTSecurityDescriptor']],
      ['(objectClass=*)', 400, () => paged, ['1.1']],
      ['(objectClass=*)', 1600, (dn) => [...paged, '-b', `CN=Configuration,${dn}`]],
      ['(objectClass=*)', 1700, (dn) => [...paged, '-b', `CN=Schema,CN=Configuration,${dn}`]],
      ['(objectClass=*)', 20, (dn) => [...paged, '-b', `DC=DomainDnsZones,${dn}`]],
      ['(objectClass=*)', 10, (dn) => ['-s', 'one', '-b', dn]],
      ['(cn=krb*)', 1, (dn) => ['-s', 'one', '-b', `CN=Users , ${dn}`]],
      ['(objectClass=*)', 1, (dn) => ['-s', 'base', '-b', `cn=users,${dn.toLowerCase()}`]],
      ['(objectClass=*)', 1, () => ['-s', 'base', '-b', '<SID=S-1-5-32-544>']],
      [
        '(objectClass=*)',
        1,
        (dn) => ['-s', 'base', '-b', `<WKGUID=A9D1CA15768811D1ADED00C04FD8D5CD,${dn}>`],
      ],
      ['(objectClass=*)', 0, (dn) => ['-b', `CN=nobody,CN=Users,${dn}`]],
      ['(objectClass=*)', 0, () => ['-b', 'no name']],
      ['(objectClass=user)', 6],
      ['(objectCategory=person)', 300, () => paged],
      ['(objectCategory=computer)', 1],
      ['(objectClass=2.5.6.6)', 300, () => paged, ['1.1']],
      ['(&(objectCategory=person)(objectClass=user)(!(cn=k*)))', 3],
      ['(sAMAccountName=ALICE)', 1],
      ['(|(sAMAccountName=alice)(sAMAccountName=bob)(cn=nobody))', 2],
      ['(givenName=José)', 1],
      [`(userAccountControl:${and}:=512)`, 5],
      [`(userAccountControl:${or}:=514)`, 5],
      [`(!(userAccountControl:${and}:=2))`, 300, () => paged, ['1.1']],
      ['(groupType=2147483650)', 10],
      [`(groupType:${and}:=2147483648)`, 30],
      [`(memberOf:${chain}:=CN=Outer,${bulk},DC=corp,DC=example)`, 2],
      [`(member:${chain}:=CN=Alice Example,${bulk},DC=corp,DC=example)`, 2],
      [`(memberOf=cn=inner,${bulk.toLowerCase()},dc=corp,dc=example)`, 1],
      ['(member=<SID=S-1-5-21-1-2-3-4>)', 0],
      ['(anr=ali)', 1],
      ['(anr=alice exa)', 1],
      ['(anr=exa ali)', 1],
      ['(anr==alice)', 1],
      ['(!(nosuch=*))', 400, () => paged, ['1.1']],
      ['(cn=b*k*1)', 10],
      ['(uSNCreated>=4000)', 100, () => paged, ['1.1']],
      ['(whenCreated<=20200101000000.0Z)', 0],
      ['(objectSid=S-1-5-32-544)', 1],
      [String.raw`(objectSid=\01\02\00\00\00\00\00\05\20\00\00\00\20\02\00\00)`, 1],
      ['(isCriticalSystemObject=TRUE)', 50],
      ['(servicePrincipalName=http/web)', 1],
      ['(&)', 400, () => paged, ['1.1']],
      ['(distinguishedName=CN=Alice Example,OU=Bulk,DC=corp,DC=example)', 1],
      [
        '(cn=alice*)',
        1,
        () => [],
        [
          'canonicalName',
          'createTimeStamp',
          'subSchemaSubEntry',
          'allowedAttributes',
          'memberOf',
          'CN',
          'nosuch',
        ],
      ],
      [
        '(objectClass=*)',
        1,
        (dn) => ['-s', 'base', '-b', `CN=Administrator,CN=Users,${dn}`],
        ['tokenGroups', 'tokenGroupsGlobalAndUniversal'],
      ],
      [
        '(objectClass=*)',
        1,
        (dn) => ['-s', 'base', '-b', dn],
        ['allowedChildClasses', 'allowedAttributes', 'parentGUID'],
      ],
      [
        '(objectClass=*)',
        1,
        (dn) => ['-s', 'base', '-b', `CN=Everybody,${bulk},${dn}`],
        ['member;range=0-9'],
      ],
      [
        '(objectClass=*)',
        1,
        (dn) => ['-s', 'base', '-b', `CN=Everybody,${bulk},${dn}`],
        ['member;range=290-*'],
      ],
      [
        '(objectClass=group)',
        40,
        () => ['-E', '!1.2.840.113556.1.4.529'],
        ['member', 'distinguishedName'],
      ],
      [
        '(objectClass=group)',
        40,
        () => ['-E', '!1.2.840.113556.1.4.529=::MAMCAQE='],
        ['member', 'memberOf'],
      ],
      [
        '(objectClass=group)',
        40,
        () => ['-E', '!1.2.840.113556.1.4.801=::MAMCAQQ='],
        ['nTSecurityDescriptor'],
      ],
      ['(objectClass=group)', 40, () => ['-E', '!1.2.840.113556.1.4.801=::MAMCAQc=']],
      ['(isDeleted=TRUE)', 2, () => ['-E', '!1.2.840.113556.1.4.417']],
      ['(cn=DC1)', 1, () => ['-E', '!1.2.840.113556.1.4.1339'], ['1.1']],
      ['(cn=DC1)', 2, () => ['-E', '!1.2.840.113556.1.4.1340=::MAMCAQI='], ['1.1']],
      ['(cn=alice*)', 1, () => ['-A']],
      ['(cn=*)', 400, () => paged, ['1.1']],
      ['(cn=bulk29*)', 10],
      ['(cn=*ulk00*)', 10],
      ['(cn=*9)', 30, () => [], ['1.1']],
      ['(description=*)', 1],
      ['(&(cn>=bulk290)(cn<=bulk299))', 10],
      ['(whenCreated>=20200101000000.0Z)', 300, () => paged, ['1.1']],
      ['(whenCreated<=20990101000000.0Z)', 300, () => paged, ['1.1']],
      ['(accountExpires>=9223372036854775807)', 1],
      ['(accountExpires=0)', 0],
      ['(pwdLastSet<=1)', 1],
      ['(logonCount>=0)', 3, () => [], ['1.1']],
      [`(userAccountControl:${or}:=0)`, 0],
      [`(userAccountControl:${and}:=0)`, 5],
      [`(userAccountControl:${and}:=65536)`, 1],
      [`(!(groupType:${or}:=6))`, 300, () => paged, ['1.1']],
      [`(pwdLastSet:${and}:=1)`, 0],
      ['(cn:=alice example)', 1],
      ['(cn:dn:=alice example)', 1],
      ['(objectClass=PERSON)', 300, () => paged, ['1.1']],
      ['(objectClass=nosuchclass)', 0],
      ['(objectClass=computer)', 1],
      [
        '(objectCategory=CN=Person,CN=Schema,CN=Configuration,DC=corp,DC=example)',
        300,
        () => paged,
        ['1.1'],
      ],
      ['(objectCategory=group)', 30, () => [], ['1.1']],
      ['(objectCategory=user)', 0, () => paged, ['1.1']],
      ['(objectCategory=domainDNS)', 1],
      ['(mail=ALICE@CORP.example)', 1],
      [String.raw`(cn=Bob\2c Jr.)`, 1],
      [String.raw`(cn=\41lice Example)`, 1],
      [String.raw`(cn=\4a\6f\73\c3\a9 \c3\81ngel)`, 1],
      [String.raw`(objectSid=\01*)`, 0],
      [String.raw`(distinguishedName=CN=Bob\5c, Jr.,OU=Bulk,DC=corp,DC=example)`, 1],
      ['(distinguishedName=*)', 400, () => paged, ['1.1']],
      ['(memberOf=*)', 10, () => [], ['1.1']],
      ['(!(member=*))', 300, () => paged, ['1.1']],
      ['(|)', 0],
      ['(!(|(objectClass=contact)(objectClass=group)))', 50, () => [], ['1.1']],
      [`(&(member:${chain}:=CN=Alice Example,${bulk},DC=corp,DC=example)(!(cn=Inner)))`, 1],
      [`(member:${chain}:=CN=nobody,DC=corp,DC=example)`, 0],
      [`(manager:${chain}:=CN=Alice Example,${bulk},DC=corp,DC=example)`, 0],
      [
        '(objectClass=*)',
        1,
        (dn) => ['-s', 'base', '-b', `CN=Everybody,${bulk},${dn}`],
        ['member;range=0-*'],
      ],
      [
        '(objectClass=*)',
        1,
        (dn) => ['-s', 'base', '-b', `CN=Everybody,${bulk},${dn}`],
        ['member;range=299-299'],
      ],
      [
        '(objectClass=*)',
        1,
        (dn) => ['-s', 'base', '-b', `CN=Everybody,${bulk},${dn}`],
        ['member;range=0-0', 'cn'],
      ],
      [
        '(objectClass=*)',
        1,
        (dn) => ['-s', 'base', '-b', `CN=Alice Example,${bulk},${dn}`],
        ['1.1', 'cn'],
      ],
      [
        '(objectClass=*)',
        1,
        (dn) => ['-s', 'base', '-b', `CN=Alice Example,${bulk},${dn}`],
        ['*', 'canonicalName'],
      ],
      ['(cn=nobody)', 0, (dn) => ['-s', 'base', '-b', `CN=Alice Example,${bulk},${dn}`]],
      ['(objectClass=*)', 1, (dn) => ['-s', 'base', '-b', `CN=\\41lice Example,${bulk},${dn}`]],
      ['(objectClass=*)', 1, (dn) => ['-s', 'base', '-b', `CN=Bob\\2C Jr.,${bulk},${dn}`]],
      [
        '(objectClass=*)',
        0,
        (dn) => ['-s', 'base', '-b', `<WKGUID=00000000000000000000000000000000,${dn}>`],
      ],
      ['(objectClass=*)', 0, () => ['-s', 'base', '-b', '<SID=S-1-5-21-1-2-3-4>']],
      [
        '(objectClass=*)',
        0,
        () => ['-s', 'base', '-b', '<GUID=00000000-0000-0000-0000-000000000001>'],
      ],
      ['(objectClass=*)', 0, () => ['-s', 'base', '-b', '<GUID=nonsense>']],
      ['(cn=alice*)', 1, () => ['-z', '1'], ['1.1']],
      ['(cn=alice*)', 1, () => ['-l', '10'], ['1.1']],
      ['(objectClass=contact)', 300, () => ['-E', '!sss=cn', '-E', '!pr=70/noprompt'], ['1.1']],
      [
        '(objectClass=group)',
        40,
        () => ['-E', '!1.2.840.113556.1.4.801=::MAMCAQE='],
        ['nTSecurityDescriptor'],
      ],
      [
        '(objectClass=group)',
        40,
        () => ['-E', '!1.2.840.113556.1.4.801=::MAMCAQI='],
        ['nTSecurityDescriptor'],
      ],
      [
        '(objectClass=group)',
        40,
        () => ['-E', '!1.2.840.113556.1.4.801=::MAMCAQg='],
        ['nTSecurityDescriptor'],
      ],
      [
        '(objectClass=group)',
        40,
        () => ['-E', '!1.2.840.113556.1.4.801=::MAMCAQA='],
        ['nTSecurityDescriptor'],
      ],
      [
        '(objectClass=*)',
        400,
        () => [...paged, '-E', '!1.2.840.113556.1.4.417', '-E', '!1.2.840.113556.1.4.2064'],
        ['1.1'],
      ],
      ['(isDeleted=*)', 0],
      [
        '(objectClass=*)',
        1,
        (dn) => ['-s', 'base', '-b', `CN=Deleted Objects,${dn}`, '-E', '!1.2.840.113556.1.4.417'],
      ],
      [
        '(cn=alice*)',
        1,
        () => ['-E', '!1.2.840.113556.1.4.529=::MAMCAQA='],
        ['memberOf', 'objectCategory'],
      ],
      [
        '(objectClass=*)',
        1,
        (dn) => ['-s', 'base', '-b', `${bulk},${dn}`],
        ['nTSecurityDescriptor', 'ou'],
      ],
    ]

    for (const [filter, atLeast, args = () => [], attributes = []] of searches) {
      const shown = args('…').join(' ')
      test(`ldapsearch ${shown} '${filter}' ${attributes.join(' ')}`, async () => {
        const more = args(base)
        const where = more.includes('-b') ? [] : ['-b', base]
        await sameFromBoth([...more, ...where, filter, ...attributes], atLeast)
      })
    }

    test('ldapsearch finds the same by GUID, as base and in filters, however it is written', async () => {
      const alice = `CN=Alice Example,${bulk},${base}`
      const found = await ldapsearch(peers[0]!, ['-s', 'base', '-b', alice, 'objectGUID'])
      const line = found.entries.get(`dn: ${alice}`)?.[0] ?? ''
      const octets = Buffer.from(line.replace('objectGUID:: ', ''), 'base64')
      const text = readGuid(octets)
      for (const name of [text, text.toUpperCase(), octets.toString('hex')]) {
        await sameFromBoth(['-s', 'base', '-b', `<GUID=${name}>`], 1)
      }
      for (const value of [text, octets.toString('hex').replaceAll(/../g, String.raw`\$&`)]) {
        await sameFromBoth(['-b', base, `(objectGUID=${value})`], 1)
        await sameFromBoth([...paged, '-b', base, `(!(objectGUID=${value}))`, '1.1'], 300)
      }
    })

    test('an ordinary user is shown the same of descriptors, and of everything else', async () => {
      const groups = ['-b', base, '(objectClass=group)', 'nTSecurityDescriptor', 'cn']
      const all = [...paged, '-b', `${bulk},${base}`, '(objectClass=*)']
      for (const bits of [0, 1, 2, 3, 4, 5, 7, 8, 15]) {
        const value = Buffer.from([0x30, 3, 2, 1, bits]).toString('base64')
        await sameFromBoth(['-E', `!1.2.840.113556.1.4.801=::${value}`, ...groups], 40, plain)
      }
      await sameFromBoth(groups, 40, plain)
      await sameFromBoth(all, 300, plain)
    })

    test('ldapcompare ends with the same', async () => {
      const alice = `CN=Alice Example,${bulk},${base}`
      const inner = `CN=Inner,${bulk},${base}`
      for (const [dn, assertion] of [
        [alice, 'cn:ALICE EXAMPLE'],
        [alice, 'cn:bob'],
        [alice, 'mail:alice@corp.example'],
        [alice, 'objectClass:user'],
        [alice, 'objectClass:group'],
        [alice, 'userAccountControl:512'],
        [inner, `member:${alice.toLowerCase()}`],
        [inner, `member:CN=Administrator,CN=Users,${base}`],
        [`CN=nobody,${base}`, 'cn:x'],
      ] as const) {
        const [samba, ours] = await Promise.all(
          peers.map((peer) => tool('ldapcompare', peer, [dn, assertion])),
        )
        assert.equal(ours!.code, samba!.code, assertion)
      }
    })

    test('ldapsearch gets the same order when it asks for one', async () => {
      for (const key of ['cn', '-sAMAccountName', 'uSNCreated']) {
        const args = ['-E', `sss=${key}`, '-b', base, '(&(objectClass=group)(!(cn=*-*)))', '1.1']
        const [samba, ours] = await Promise.all(peers.map((peer) => ldapsearch(peer, args)))
        assert.ok(ours!.order.length > 30)
        assert.deepEqual(ours!.order, samba!.order, key)
      }
    })

    test('ldapsearch reads the same of the root DSE attribute by attribute', async () => {
      for (const name of [
        'defaultNamingContext',
        'rootDomainNamingContext',
        'configurationNamingContext',
        'schemaNamingContext',
        'namingContexts',
        'subschemaSubentry',
        'dsServiceName',
        'serverName',
        'dnsHostName',
        'ldapServiceName',
        'domainFunctionality',
        'forestFunctionality',
        'isSynchronized',
        'supportedLDAPVersion',
        'nosuch',
      ]) {
        const args = ['-s', 'base', '-b', '', '(objectClass=*)', name]
        const [samba, ours] = await Promise.all(peers.map((peer) => ldapsearch(peer, args)))
        assert.deepEqual(ours, samba, name)
      }
    })

    test('ldapsearch reads the same root DSE, but for what the two are', async () => {
      const own =
        /^(supported|vendorName|currentTime|domainControllerFunctionality|highestCommittedUSN|isGlobalCatalogReady)/
      const [samba, ours] = await Promise.all(
        peers.map((peer) =>
          ldapsearch(peer, ['-s', 'base', '-b', '', '(objectClass=*)', '*', '+']),
        ),
      )
      const [theirs = [], mine = []] = [samba, ours].map((answer) =>
        answer!.entries.get('dn:')?.filter((line) => !own.test(line)),
      )
      assert.deepEqual(
        mine.filter((line) => !/^(tokenGroups|msDS-PrincipalName)/.test(line)),
        theirs,
      )
      assert.ok(theirs.length > 10)
    })

    test('ldapsearch reads the same definitions from the schema', async () => {
      const args = [
        '-s',
        'base',
        '-b',
        `CN=Aggregate,CN=Schema,CN=Configuration,${base}`,
        '(objectClass=*)',
        'attributeTypes',
        'objectClasses',
      ]
      const [samba, ours] = await Promise.all(peers.map((peer) => ldapsearch(peer, args)))
      // Lists of attributes have no order. Of three attributes Samba gives another syntax than Windows does.
      const sets = (lines: readonly string[]) =>
        new Set(
          lines
            .filter((line) => !/'(repsTo|repsFrom|userParameters)'/.test(line))
            .map((line) =>
              line
                .split(/[ $()]+/)
                .toSorted()
                .join(' '),
            ),
        )
      const [[, theirs] = ['', []]] = samba!.entries
      const [[, mine] = ['', []]] = ours!.entries
      assert.ok(theirs.length > 1700)
      assert.deepEqual([...sets(mine).symmetricDifference(sets(theirs))], [])
    })

    test('ldapts gets the same entries and values', async () => {
      const answers = await Promise.all(
        peers.map(async ({ url, caFile }) => {
          const client = new Client({ url, tlsOptions: { ca: await readFile(caFile) } })
          await client.bind(dc.admin.upn, dc.admin.password)
          const all = await client.search(base, {
            filter: '(objectClass=*)',
            paged: { pageSize: 200 },
            explicitBufferAttributes: ['objectSid', 'objectGUID', 'nTSecurityDescriptor'],
          })
          const some = await client.search(base, {
            filter: `(&(objectClass=group)(member:${chain}:=CN=Alice Example,${bulk},${base}))`,
            attributes: ['member', 'description'],
          })
          const deleted = await client.search(
            base,
            { filter: '(isDeleted=TRUE)', attributes: ['isDeleted'] },
            new Control('1.2.840.113556.1.4.417', { critical: true }),
          )
          const isMember = await client.compare(
            `CN=Inner,${bulk},${base}`,
            'member',
            `CN=Alice Example,${bulk},${base}`,
          )
          await client.unbind()
          const sorted = [
            ...all.searchEntries,
            ...some.searchEntries,
            ...deleted.searchEntries,
          ].map((entry) =>
            Object.fromEntries(
              Object.entries(entry)
                .filter(([name]) => !isVolatile(entry.dn, name))
                .map(([name, values]) => [
                  name,
                  Array.isArray(values) ? values.map(String).toSorted() : values,
                ]),
            ),
          )
          return {
            entries: sorted.toSorted((a, b) => (String(a['dn']) < String(b['dn']) ? -1 : 1)),
            isMember,
          }
        }),
      )
      assert.ok(answers[0]!.entries.length > 400)
      assert.deepEqual(answers[1], answers[0])
    })

    const ldap3 = '/usr/lib/python3/dist-packages/ldap3'
    test(
      "python's ldap3 gets the same entries and values",
      { skip: existsSync(ldap3) ? false : 'needs Debian package python3-ldap3' },
      async () => {
        const script = `
import json, ssl, sys, ldap3
url, ca, user, password, base = sys.argv[1:]
server = ldap3.Server(url, get_info=ldap3.ALL, tls=ldap3.Tls(ca_certs_file=ca, validate=ssl.CERT_REQUIRED))
c = ldap3.Connection(server, user, password, auto_bind=True)
entries = []
for filter in ['(objectClass=*)', '(&(objectCategory=person)(anr=alice))', '(member:1.2.840.113556.1.4.1941:=CN=Alice Example,OU=Bulk,%s)' % base]:
  entries += [e for e in c.extend.standard.paged_search(base, filter, attributes=['*'], paged_size=250) if e['type'] == 'searchResEntry']
volatile = set(sys.stdin.read().split())
def plain(value): return sorted(map(str, value)) if isinstance(value, list) else str(value)
print(json.dumps({'entries': sorted([[e['dn'], sorted([k, plain(v)] for k, v in e['attributes'].items() if not (e['dn'].startswith(('CN=Administrator,', 'CN=plain,')) and k.lower() in volatile))] for e in entries]),
  'contexts': sorted(server.info.naming_contexts), 'types': sorted(server.schema.attribute_types), 'classes': sorted(server.schema.object_classes)}))`
        const answers = await Promise.all(
          peers.map(async ({ url, caFile }) => {
            const child = run(
              '/usr/bin/python3',
              ['-c', script, url, caFile, dc.admin.upn, dc.admin.password, base],
              { maxBuffer: 1 << 28 },
            )
            child.child.stdin?.end([...volatile.keys()].join(' '))
            return JSON.parse((await child).stdout) as { entries: unknown[]; types: unknown[] }
          }),
        )
        assert.ok(answers[0]!.entries.length > 400 && answers[0]!.types.length > 1400)
        assert.deepEqual(answers[1], answers[0])
      },
    )

    test(
      'ldapdomaindump writes the same files',
      {
        skip: existsSync('/usr/bin/ldapdomaindump')
          ? false
          : 'needs Debian package python3-ldapdomaindump',
      },
      async () => {
        const dumps = await Promise.all(
          peers.map(async ({ name, url }) => {
            const out = join(dir, name)
            await run(
              'ldapdomaindump',
              ['-u', dc.admin.downLevel, '-p', dc.admin.password, '-at', 'SIMPLE', '-o', out, url],
              { timeout: 60_000 },
            )
            const files = await Promise.all(
              ['users', 'groups', 'computers', 'policy', 'trusts'].map(
                async (kind) =>
                  JSON.parse(await readFile(join(out, `domain_${kind}.json`), 'utf8')) as {
                    dn: string
                    attributes: Record<string, unknown[]>
                  }[],
              ),
            )
            return files.map((objects) =>
              objects
                .map(({ dn, attributes }) => [
                  dn,
                  Object.entries(attributes)
                    .filter(([key]) => !isVolatile(dn, key))
                    .map(([key, values]) => [key, values.map(String).toSorted()])
                    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
                ])
                .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
            )
          }),
        )
        assert.ok(dumps[0]![0]!.length >= 6 && dumps[0]![1]!.length > 40)
        assert.deepEqual(dumps[1], dumps[0])
      },
    )
  },
)

/** People, nested groups, a large group, names that need escapes and accents, a deleted object. */
function population(base: string): string {
  const inside = `OU=Bulk,${base}`
  const crowd = Array.from({ length: 300 }, (_, n) => `bulk${String(n).padStart(3, '0')}`)
  const add = (dn: string, ...lines: string[]) =>
    [`dn:: ${Buffer.from(dn).toString('base64')}`, 'changetype: add', ...lines, '', ''].join('\n')
  const user = (dn: string, account: string, given: string, family: string, ...more: string[]) =>
    add(
      dn,
      'objectClass: user',
      `sAMAccountName: ${account}`,
      `userPrincipalName: ${account}@corp.example`,
      `givenName:: ${Buffer.from(given).toString('base64')}`,
      `sn:: ${Buffer.from(family).toString('base64')}`,
      ...more,
    )
  return [
    add(inside, 'objectClass: organizationalUnit'),
    ...crowd.map((name) => add(`CN=${name},${inside}`, 'objectClass: contact')),
    add(
      `CN=Everybody,${inside}`,
      'objectClass: group',
      'sAMAccountName: Everybody',
      ...crowd.map((name) => `member: CN=${name},${inside}`),
    ),
    user(
      `CN=Alice Example,${inside}`,
      'alice',
      'Alice',
      'Example',
      'mail: alice@corp.example',
      'description: first',
    ),
    user(`CN=José Ángel,${inside}`, 'jose', 'José', 'Ángel'),
    user(
      String.raw`CN=Bob\, Jr.,` + inside,
      'bob',
      'Bob',
      'Junior',
      'servicePrincipalName: HTTP/web.corp.example',
      'servicePrincipalName: HTTP/web',
    ),
    add(
      `CN=Inner,${inside}`,
      'objectClass: group',
      'sAMAccountName: Inner',
      `member: CN=Alice Example,${inside}`,
    ),
    add(
      `CN=Outer,${inside}`,
      'objectClass: group',
      'sAMAccountName: Outer',
      'groupType: -2147483640',
      `member: CN=Inner,${inside}`,
    ),
    add(`CN=Gone,${inside}`, 'objectClass: contact'),
    `dn: CN=Gone,${inside}\nchangetype: delete\n\n`,
  ].join('')
}
