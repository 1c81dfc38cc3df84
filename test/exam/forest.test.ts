/**
 * Settings of the whole forest and anonymous access: what the catalogue says is exposed, planted in the laboratory's Windows
 * domain, is found there and nowhere else.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type LdapProbe, aceFlags, aceType, descriptorControl, parseGuid } from '#directory'
import { assess, catalogue } from '#exposure'
import { LabForest, addedTo, labNow, needsLab } from '../lab-forest.ts'

const domain = 'DC=essos,DC=local'
const configuration = `CN=Configuration,${domain}`
const schema = `CN=Schema,${configuration}`
const service = `CN=Directory Service,CN=Windows NT,CN=Services,${configuration}`
const partitions = `CN=Partitions,${configuration}`
const users = `CN=Users,${domain}`
const lapsUnit = `OU=Laps,${domain}`
const meereen = `CN=MEEREEN,OU=Domain Controllers,${domain}`
const preWindows2000 = `CN=Pre-Windows 2000 Compatible Access,CN=Builtin,${domain}`

const anonymousLogon = 'S-1-5-7'
const everyone = 'S-1-1-0'
const listContents = 0x4
const readProperty = 0x10
const deleteTree = 0x40
const genericRead = 0x2_0094

const forestAsItIs = LabForest.open().then((f) => f.verdicts())

async function found(change: (f: LabForest) => unknown): Promise<readonly string[]> {
  const f = await LabForest.open()
  await change(f)
  return addedTo(await forestAsItIs, f.verdicts()).toSorted()
}

/** One rule's verdict: what it found with severities, or `passed`, or why it was not assessed. */
async function verdict(id: string, change: (f: LabForest) => unknown) {
  const f = await LabForest.open()
  await change(f)
  const rules = catalogue.filter((rule) => rule.id === id)
  const { findings, passed, notAssessed, affected } = assess(f.build(), rules, labNow)
  const [finding] = findings
  return {
    lines: finding?.objects.map(({ severity, dn }) => `${severity} ${dn}`).toSorted() ?? [],
    gaps: finding?.gaps ?? [],
    passed: passed.length > 0,
    because: notAssessed[0]?.because,
    affected,
  }
}

suite('dSHeuristics', { skip: needsLab }, () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['0000002', ['ldap-anonymous-heuristic']],
    ['0000002001000001', ['forest-adminsdexmask', 'ldap-anonymous-heuristic']],
    ['00000001', ['ldap-anonymous-nspi']],
    ['00000002', ['ldap-anonymous-nspi']],
    ['000000000100000f', ['forest-adminsdexmask']],
    ['000000000100000F', ['forest-adminsdexmask']],
    ['0000000001000008000200000000031', ['forest-adminsdexmask']],
    ['000000', []],
    ['0000001', []],
    ['0000000', []],
    ['2222220', []],
    ['0000000001000000', []],
    ['00000000011111101111200000012', []],
  ]
  for (const [dSHeuristics, expected] of cases) {
    test(dSHeuristics, async () => {
      const added = (await found((f) => f.set(service, { dSHeuristics }))).filter((line) =>
        /^(?:ldap-anonymous-(?:heuristic|nspi)|forest-adminsdexmask): /.test(line),
      )
      assert.deepEqual(
        added,
        expected.map((id) => `${id}: ${service}`),
      )
    })
  }

  test('a forest whose settings were not read is no pass', async () => {
    for (const id of ['ldap-anonymous-heuristic', 'ldap-anonymous-nspi', 'forest-adminsdexmask'])
      assert.match((await verdict(id, (f) => f.remove(service))).because ?? '', /could not be read/)
  })

  test('owning a computer gives nothing where the 29th character is 1', async () => {
    const id = 'acl-dc-owner'
    const own = (dSHeuristics: string) => (f: LabForest) => {
      f.set(service, { dSHeuristics })
      const owner = f.sid(`CN=viserys.targaryen,${users}`)
      f.changeDescriptor(meereen, (before) => ({ ...before, owner }))
    }
    const length = '0000000001000000000200000000'
    for (const last of ['0', '2', ''])
      assert.notDeepEqual((await verdict(id, own(`${length}${last}`))).lines, [], last)
    // what the rule on rights says then; that on owners still names a wrong owner
    const control = (await verdict('acl-dc-object-control', own(`${length}1`))).lines
    assert.deepEqual(control, [])
    assert.notDeepEqual((await verdict('acl-dc-object-control', own(`${length}2`))).lines, [])
  })
})

suite('functional levels', { skip: needsLab }, () => {
  const id = 'forest-functional-level-unsupported'
  const level = 'msDS-Behavior-Version'
  test('of the domain and of the forest are found', async () => {
    assert.deepEqual(await found((f) => f.set(domain, { [level]: 3 })), [`${id}: ${domain}`])
    assert.deepEqual(await found((f) => f.set(domain, { [level]: 0 })), [`${id}: ${domain}`])
    assert.deepEqual(await found((f) => f.set(partitions, { [level]: 2 })), [
      `${id}: ${partitions}`,
    ])
    assert.deepEqual(await found((f) => f.setRootDse({ domainFunctionality: '3' })), [
      `${id}: ${domain}`,
    ])
    assert.deepEqual(await found((f) => f.setRootDse({ forestFunctionality: '2' })), [
      `${id}: ${partitions}`,
    ])
  })
  test('of 2008 R2 are not', async () => {
    assert.deepEqual(
      await found((f) => {
        f.set(domain, { [level]: 4 })
        f.set(partitions, { [level]: 4 })
        f.setRootDse({ domainFunctionality: '4', forestFunctionality: '4' })
      }),
      [],
    )
  })
})

suite('critical objects', { skip: needsLab }, () => {
  const id = 'forest-critical-objects-missing'
  const removed: Record<string, string> = {
    [`CN=AdminSDHolder,CN=System,${domain}`]: `CN=AdminSDHolder,CN=System,${domain}`,
    [`CN=Policies,CN=System,${domain}`]: `CN=Policies,CN=System,${domain}`,
    [`OU=Domain Controllers,${domain}`]: `OU=Domain Controllers,${domain}`,
    [service]: service,
    [schema]: schema,
    [configuration]: configuration,
  }
  for (const [dn, on] of Object.entries(removed)) {
    test(`without ${dn}`, async () => {
      const { lines } = await verdict(id, (f) => f.remove(dn))
      assert.deepEqual(lines, [`high ${on}`])
    })
  }
  for (const rid of [502, 512, 516, 518, 519]) {
    test(`without the principal ${rid}`, async () => {
      const { lines } = await verdict(id, (f) => f.remove(byRid(f, rid)))
      assert.deepEqual(lines, [`high <SID=S-1-5-21-1757510637-1147777529-968741302-${rid}>`])
    })
  }
  test('without the administrators', async () => {
    const { lines } = await verdict(id, (f) => f.remove(`CN=Administrators,CN=Builtin,${domain}`))
    assert.deepEqual(lines, ['high <SID=S-1-5-32-544>'])
  })
  test('all there passes', async () => {
    assert.equal((await verdict(id, () => {})).passed, true)
  })
})

function byRid(f: LabForest, rid: number): string {
  const names: Record<number, string> = {
    502: 'krbtgt',
    512: 'Domain Admins',
    516: 'Domain Controllers',
    518: 'Schema Admins',
    519: 'Enterprise Admins',
  }
  const dn = `CN=${names[rid]},${users}`
  assert.equal(f.sid(dn), f.sid(rid))
  return dn
}

suite('anonymous callers', { skip: needsLab }, () => {
  const id = 'ldap-anonymous-read'

  test('a search that was answered is high', async () => {
    const { lines } = await verdict(id, (f) => f.probe({ anonymousRead: true }))
    assert.deepEqual(lines, [`high ${meereen}`])
  })

  test('without probes nothing is passed, and the probes are said to be what lacks', async () => {
    const { passed, because, affected } = await verdict(id, () => {})
    assert.equal(passed, false)
    assert.match(because ?? '', /domain controllers/)
    assert.deepEqual(affected.get('ldap-probe'), [id])
  })

  test('probes that could not be made, on one controller of two, are no pass', async () => {
    const { passed, because } = await verdict(id, (f) => {
      f.probe({ anonymousRead: false })
      f.probe({ server: 'dc2.essos.local', gaps: ['Port 389 is closed.'] })
    })
    assert.equal(passed, false)
    assert.match(because ?? '', /dc2\.essos\.local.*Port 389 is closed/)
  })

  test('a search that was refused everywhere passes', async () => {
    assert.equal((await verdict(id, (f) => f.probe({ anonymousRead: false }))).passed, true)
  })

  test('permissions of Anonymous Logon, and of Everyone beyond the usual, are medium', async () => {
    const places: readonly (readonly [string, (f: LabForest) => void])[] = [
      [domain, (f) => f.grant(domain, anonymousLogon, readProperty)],
      [domain, (f) => f.grant(domain, anonymousLogon, genericRead)],
      [domain, (f) => f.grant(domain, everyone, listContents)],
      [configuration, (f) => f.grant(configuration, anonymousLogon, genericRead)],
      [schema, (f) => f.grant(schema, everyone, readProperty)],
      [users, (f) => f.grant(users, everyone, readProperty)],
      [users, (f) => f.grant(users, anonymousLogon, listContents)],
      [lapsUnit, (f) => f.grant(lapsUnit, anonymousLogon, genericRead)],
      [
        lapsUnit,
        (f) =>
          f.grant(lapsUnit, anonymousLogon, genericRead, {
            flags: aceFlags.containerInherit | aceFlags.inheritOnly,
            inheritedObjectType: parseGuid('bf967aba-0de6-11d0-a285-00aa003049e2'),
          }),
      ],
      [
        lapsUnit,
        (f) =>
          f.changeDescriptor(lapsUnit, ({ control, owner, group }) => ({
            control: control & ~descriptorControl.daclPresent,
            owner,
            group,
          })),
      ],
    ]
    for (const [place, plant] of places)
      assert.deepEqual(
        (
          await verdict(id, (f) => {
            f.probe({ anonymousRead: false })
            plant(f)
          })
        ).lines,
        [`medium ${place}`],
      )
  })

  test('denials, other objects and other trustees are none', async () => {
    const { passed, lines } = await verdict(id, (f) => {
      f.probe({ anonymousRead: false })
      f.grant(users, everyone, genericRead, { type: aceType.accessDenied })
      f.grant(lapsUnit, everyone, deleteTree)
      f.grant(lapsUnit, 'S-1-5-11', genericRead)
      f.grant(`CN=Computers,${domain}`, 'S-1-5-11', genericRead)
    })
    assert.deepEqual(lines, [])
    assert.equal(passed, true)
  })

  test('members of Pre-Windows 2000 Compatible Access', async () => {
    const rule = 'ldap-prewin2000-anonymous'
    const principal = (f: LabForest, sid: string) =>
      f.copy(
        `CN=S-1-5-11,CN=ForeignSecurityPrincipals,${domain}`,
        `CN=${sid},CN=ForeignSecurityPrincipals,${domain}`,
        { objectSid: octetsOfSid(sid) },
      )
    for (const sid of [anonymousLogon, everyone]) {
      assert.deepEqual(
        (await verdict(rule, (f) => f.join(preWindows2000, principal(f, sid)))).lines,
        [`high ${preWindows2000}`],
      )
      // the member is listed, but its object did not come
      assert.deepEqual(
        (
          await verdict(rule, (f) =>
            f.append(preWindows2000, 'member', `CN=${sid},CN=ForeignSecurityPrincipals,${domain}`),
          )
        ).lines,
        [`high ${preWindows2000}`],
      )
    }
    // through a group
    assert.deepEqual(
      (
        await verdict(rule, (f) => {
          const group = f.copy(`CN=Spys,${users}`, `CN=legacy,${users}`, { groupType: -2147483644 })
          f.join(group, principal(f, everyone))
          f.join(preWindows2000, group)
        })
      ).lines,
      [`high ${preWindows2000}`],
    )
    assert.equal((await verdict(rule, () => {})).passed, true)
    assert.equal((await verdict(rule, (f) => f.remove(preWindows2000))).passed, false)
  })
})

suite('LDAP probes', { skip: needsLab }, () => {
  const cases: readonly (readonly [
    string,
    Partial<LdapProbe>,
    'found' | 'passed' | 'not assessed',
  ])[] = [
    ['ldap-signing-not-required', { signingRequired: false }, 'found'],
    ['ldap-signing-not-required', { signingRequired: true }, 'passed'],
    ['ldap-signing-not-required', {}, 'not assessed'],
    ['ldap-channel-binding-missing', { channelBindingRequired: false }, 'found'],
    [
      'ldap-channel-binding-missing',
      { channelBindingRequired: false, channelBindingChecked: true },
      'found',
    ],
    ['ldap-channel-binding-missing', { channelBindingRequired: true }, 'passed'],
    ['ldap-channel-binding-missing', { tls: { versions: [] } }, 'not assessed'],
  ]
  for (const [id, answers, expected] of cases) {
    test(`${id} with ${JSON.stringify(answers)} is ${expected}`, async () => {
      const { lines, passed } = await verdict(id, (f) => f.probe(answers))
      assert.equal(lines.length > 0 ? 'found' : passed ? 'passed' : 'not assessed', expected)
      assert.deepEqual(lines, expected === 'found' ? [`high ${meereen}`] : [])
    })
  }

  test('every controller is judged', async () => {
    const { lines, gaps } = await verdict('ldap-signing-not-required', (f) => {
      f.probe({ signingRequired: true })
      f.probe({ server: '10.0.0.2', signingRequired: false })
      f.probe({ server: 'dc3.essos.local', gaps: ['It did not answer.'] })
    })
    assert.deepEqual(lines, ['high 10.0.0.2'])
    assert.match(gaps.join(' '), /dc3\.essos\.local/)
  })

  test('a controller that nobody asked is no pass', async () => {
    const { passed, because } = await verdict('ldap-signing-not-required', (f) => {
      f.probe({ signingRequired: true })
      const servers = `CN=Servers,CN=Default-First-Site-Name,CN=Sites,${configuration}`
      const second = f.copy(meereen, `CN=DC2,OU=Domain Controllers,${domain}`, {
        dNSHostName: 'dc2.essos.local',
      })
      const server = f.copy(`CN=MEEREEN,${servers}`, `CN=DC2,${servers}`, {
        serverReference: second,
      })
      f.copy(`CN=NTDS Settings,CN=MEEREEN,${servers}`, `CN=NTDS Settings,${server}`)
    })
    assert.equal(passed, false)
    assert.match(because ?? '', /DC2/)
  })

  test('a file without answers is no pass, and says what lacks', async () => {
    for (const id of ['ldap-signing-not-required', 'ldap-channel-binding-missing']) {
      const { because, affected } = await verdict(id, () => {})
      assert.match(because ?? '', /file/)
      assert.deepEqual(affected.get('ldap-probe'), [id])
    }
  })
})

function octetsOfSid(sid: string): Uint8Array {
  const [, , authority, ...subs] = sid.split('-').map(Number)
  const octets = Buffer.alloc(8 + 4 * subs.length)
  octets[0] = 1
  octets[1] = subs.length
  octets[7] = authority!
  for (const [index, sub] of subs.entries()) octets.writeUInt32LE(sub, 8 + 4 * index)
  return octets
}
