import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DirectoryError } from './error.ts'
import { formatAce, formatSddl, parseSddl } from './sddl.ts'
import {
  type SecurityDescriptor,
  aceFlags,
  aceType,
  descriptorControl,
  readSecurityDescriptor,
  right,
  writeSecurityDescriptor,
} from './security-descriptor.ts'
import { writeSid } from './sid.ts'
import { labDomain, labEntries, needsLab } from './testing.ts'

const domain = 'S-1-5-21-1-2-3'
const rootDomain = 'S-1-5-21-7-8-9'
const context = { domain, rootDomain }

suite('reading SDDL', () => {
  test('owner, group, both lists with their flags', () => {
    const read = parseSddl(
      'O:BAG:DUD:PAI(A;CIIO;RPWP;;;AU)(OD;;CR;00299570-246d-11d0-a768-00aa006e0529;;WD)S:ARAI(AU;SAFA;WDWO;;;WD)',
      context,
    )
    assert.equal(read.owner, 'S-1-5-32-544')
    assert.equal(read.group, `${domain}-513`)
    assert.equal(
      read.control,
      descriptorControl.selfRelative |
        descriptorControl.daclPresent |
        descriptorControl.daclProtected |
        descriptorControl.daclAutoInherited |
        descriptorControl.saclPresent |
        descriptorControl.saclAutoInherited |
        descriptorControl.saclAutoInheritRequired,
    )
    assert.deepEqual(read.dacl, [
      {
        type: aceType.accessAllowed,
        flags: aceFlags.containerInherit | aceFlags.inheritOnly,
        mask: right.readProperty | right.writeProperty,
        objectType: undefined,
        inheritedObjectType: undefined,
        sid: 'S-1-5-11',
      },
      {
        type: aceType.accessDeniedObject,
        flags: 0,
        mask: right.controlAccess,
        objectType: '00299570-246d-11d0-a768-00aa006e0529',
        inheritedObjectType: undefined,
        sid: 'S-1-1-0',
      },
    ])
    assert.deepEqual(read.sacl, [
      {
        type: aceType.systemAudit,
        flags: aceFlags.successfulAccess | aceFlags.failedAccess,
        mask: right.writeDacl | right.writeOwner,
        objectType: undefined,
        inheritedObjectType: undefined,
        sid: 'S-1-1-0',
      },
    ])
  })

  test('tells a list that is not there, a NULL one and an empty one apart', () => {
    assert.deepEqual([parseSddl('O:BA').dacl, parseSddl('O:BA').sacl], [undefined, undefined])
    assert.equal(parseSddl('D:NO_ACCESS_CONTROL').dacl, null)
    assert.equal(parseSddl('D:PNO_ACCESS_CONTROL').dacl, null)
    assert.deepEqual(parseSddl('D:').dacl, [])
    assert.deepEqual(parseSddl('D:S:').sacl, [])
    assert.deepEqual(parseSddl('D:P').dacl, [])
  })

  for (const [rights, mask] of [
    ['', 0],
    ['CCDCLCSWRPWPDTLOCRSDRCWDWO', 0xf01ff],
    ['GA', 0x10000000],
    ['GRGWGX', 0xe0000000],
    ['FA', 0x1f01ff],
    ['KA', 0xf003f],
    ['FRFX', 0x1200a9],
    ['rpwp', 0x30],
    ['0xF01FF', 0xf01ff],
    ['0x80000000', 0x80000000],
    ['983551', 0xf01ff],
    ['0777', 0x1ff],
    ['0', 0],
  ] as const) {
    test(`rights ${JSON.stringify(rights)} are 0x${mask.toString(16)}`, () => {
      assert.equal(parseSddl(`D:(A;;${rights};;;WD)`).dacl?.[0]?.mask, mask)
    })
  }

  for (const [name, sid] of [
    ['DA', `${domain}-512`],
    ['DU', `${domain}-513`],
    ['DG', `${domain}-514`],
    ['DC', `${domain}-515`],
    ['DD', `${domain}-516`],
    ['CA', `${domain}-517`],
    ['PA', `${domain}-520`],
    ['CN', `${domain}-522`],
    ['AP', `${domain}-525`],
    ['KA', `${domain}-526`],
    ['LA', `${domain}-500`],
    ['LG', `${domain}-501`],
    ['RS', `${domain}-553`],
    ['EA', `${rootDomain}-519`],
    ['SA', `${rootDomain}-518`],
    ['RO', `${rootDomain}-498`],
    ['EK', `${rootDomain}-527`],
    ['PS', 'S-1-5-10'],
    ['OW', 'S-1-3-4'],
    ['ED', 'S-1-5-9'],
    ['RU', 'S-1-5-32-554'],
    ['ba', 'S-1-5-32-544'],
    ['S-1-5-21-4-5-6-1105', 'S-1-5-21-4-5-6-1105'],
    ['s-1-0x5-0032-544', 'S-1-5-32-544'],
  ] as const) {
    test(`${name} is ${sid}`, () => {
      assert.equal(parseSddl(`O:${name}`, context).owner, sid)
      assert.equal(parseSddl(`D:(A;;GA;;;${name})`, context).dacl?.[0]?.sid, sid)
    })
  }

  test('a SID that a hexadecimal letter follows ends before it', () => {
    const { owner, dacl } = parseSddl('O:S-1-5-21-1-2-3-500D:(A;;GA;;;WD)')
    assert.equal(owner, 'S-1-5-21-1-2-3-500')
    assert.equal(dacl?.length, 1)
  })

  test('spaces between the parts do no harm', () => {
    const text =
      ' O:BAG:BAD: (A;;RPWP;;;WD) ( OA ; CI ; WP ; bf9679c0-0de6-11d0-a285-00aa003049e2 ; ; S-1-5-11 )\n'
    assert.equal(
      formatSddl(parseSddl(text)),
      'O:BAG:BAD:(A;;RPWP;;;WD)(OA;CI;WP;bf9679c0-0de6-11d0-a285-00aa003049e2;;AU)',
    )
  })

  for (const [text, code, at] of [
    ['X:', 'malformed', 0],
    ['O', 'malformed', 0],
    ['O:', 'malformed', 2],
    ['O:S-1', 'malformed', 2],
    ['D :S:', 'malformed', 0],
    ['D:P:S:', 'malformed', 3],
    ['D:((A;;GA;;;LG))', 'malformed', 3],
    ['O:BAO:BA', 'malformed', 4],
    ['D:D:', 'malformed', 2],
    ['O:ZZ', 'malformed', 2],
    ['O:DA', 'needs-context', 2],
    ['D:(A;;GA;;;EA)', 'needs-context', 11],
    ['D:(A;;GA;;;S-1-5-x)', 'malformed', 11],
    ['D:(A;;GA;;;)', 'malformed', 11],
    ['D:(A;;GA;;;WD', 'malformed', 2],
    ['D:(A;;GA;;WD)', 'malformed', 3],
    ['D:(A;;GA;;;WD;x)', 'malformed', 14],
    ['D:(Q;;GA;;;WD)', 'malformed', 3],
    ['D:(A;CIXX;GA;;;WD)', 'malformed', 7],
    ['D:(A;;GAXX;;;WD)', 'malformed', 8],
    ['D:(A;;G;;;WD)', 'malformed', 6],
    ['D:(A;;4294967296;;;WD)', 'malformed', 6],
    ['D:(OA;;GA;nothing;;WD)', 'malformed', 10],
    ['D:(A;;GA;bf9679c0-0de6-11d0-a285-00aa003049e2;;WD)', 'malformed', 9],
    ['D:(XA;;GA;;;WD)', 'malformed', 14],
    ['D:(XA;;GA;;;WD;a==1)', 'malformed', 15],
    ['D:(XA;;GA;;;WD;(a==))', 'malformed', 19],
    ['D:(XA;;GA;;;WD;(Member_of SID(DA)))', 'needs-context', 26],
    ['S:(RA;;;;;WD;("n",TS,0,1))', 'malformed', 23],
    ['D:NO_ACCESS_CONTROL(A;;GA;;;WD)', 'malformed', 19],
  ] as const) {
    test(`${text} is refused as ${code} at ${at}`, () => {
      assert.throws(() => parseSddl(text), { name: 'DirectoryError', code, at })
    })
  }

  test('random text is a descriptor or a DirectoryError', () => {
    const pieces = fc.constantFrom(
      'O:',
      'G:',
      'D:',
      'S:',
      'BA',
      'DA',
      '(',
      ')',
      ';',
      'A',
      'OA',
      'XA',
      ';;;',
      'GA',
      'WD',
      'P',
      'AI',
      '"',
      '(a==1)',
      'S-1-5-11',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 25 }), (parts) => {
        try {
          formatSddl(parseSddl(parts.join(''), context), context)
          return true
        } catch (error) {
          return error instanceof DirectoryError
        }
      }),
      { numRuns: 3000 },
    )
  })
})

suite('writing SDDL', () => {
  for (const text of [
    'O:BAG:SYD:PARAI(A;OICINPIOID;GA;;;WD)S:P(AU;SAFA;GA;;;WD)',
    'D:(OA;CIIO;SW;9b026da6-0d3c-465c-8bee-5199d7165cba;bf967a86-0de6-11d0-a285-00aa003049e2;PS)',
    'D:(OA;;RP;;4828cc14-1437-45bc-9b07-ad6f015e5f28;RU)',
    'D:(A;;0x200;;;WD)(A;;FA;;;WD)(A;;FX;;;WD)(A;;;;;WD)',
    'D:NO_ACCESS_CONTROLS:NO_ACCESS_CONTROL',
    'D:AINO_ACCESS_CONTROL',
    'D:S:',
    'S:(ML;;NWNRNX;;;HI)(SP;;;;;S-1-17-1)(TL;;0x200;;;S-1-19-512-8192)',
    'S:(RA;CI;;;;WD;("Project",TS,0x0,"Windows; (x)","SQL"))',
    'D:(XA;;GX;;;AU;(@User.Title == "a;)(b" && Member_of {SID(BA), SID(S-1-5-21-1-2-3-4)}))',
    'D:(ZA;;CR;00299570-246d-11d0-a768-00aa006e0529;;AU;(Exists x))(XD;;GA;;;WD;(!x))',
    'S:(XU;SA;GA;;;WD;(x == 1))(FL;;GA;;;WD;(x == 1))(OU;FA;WP;bf9679c0-0de6-11d0-a285-00aa003049e2;;WD)',
  ]) {
    test(`${text} comes back through octets`, () => {
      assert.equal(
        formatSddl(readSecurityDescriptor(writeSecurityDescriptor(parseSddl(text)))),
        text,
      )
    })
  }

  test('groups of a domain have their letters where the domain is known', () => {
    const descriptor: SecurityDescriptor = {
      control: 0,
      owner: `${domain}-512`,
      group: `${rootDomain}-519`,
    }
    assert.equal(formatSddl(descriptor, context), 'O:DAG:EA')
    assert.equal(formatSddl(descriptor), `O:${domain}-512G:${rootDomain}-519`)
    assert.equal(
      formatSddl(descriptor, { domain: rootDomain, rootDomain: domain }),
      `O:${domain}-512G:${rootDomain}-519`,
    )
  })

  test('what the text cannot say is refused', () => {
    const ace = { flags: 0, mask: 1, sid: 'S-1-1-0' }
    assert.throws(() => formatAce({ ...ace, type: 0x7f }), { code: 'unsupported' })
    assert.throws(() => formatAce({ ...ace, type: aceType.accessDeniedCallbackObject }), {
      code: 'unsupported',
    })
    assert.throws(() => formatAce({ ...ace, type: aceType.accessAllowedCallback }), {
      code: 'unsupported',
    })
    assert.throws(
      () =>
        formatAce({
          ...ace,
          type: aceType.accessAllowedCallback,
          applicationData: Uint8Array.of(1, 2, 3, 4),
        }),
      { code: 'unsupported' },
    )
  })
})

const sid = (text: string) => writeSid(text).toHex()
const utf16 = (text: string) => Buffer.from(text, 'utf16le').toString('hex')
const sized = (octets: string) => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, octets.length / 2, true)
  return bytes.toHex() + octets
}
const user = (name: string) => `f9${sized(utf16(name))}`
const device = (name: string) => `fb${sized(utf16(name))}`
const string = (value: string) => `10${sized(utf16(value))}`
const member = (text: string) => `50${sized(`51${sized(sid(text))}`)}`
const one = '04 0100000000000000 03 02'.replaceAll(' ', '')

suite('beside what Windows makes of the same text', () => {
  for (const [condition, octets] of [
    ['@User.Title == ""', `${user('Title')}${string('')}80`],
    ['!(! (Member_of{SID(AA)}))', `${member('S-1-5-32-579')}89a2a2`],
    [
      '@Device.colour == {"orange", "blue"}',
      `${device('colour')}50${sized(string('orange') + string('blue'))}80`,
    ],
    ['@Device.legs >= 1', `${device('legs')}${one}85`],
    [
      'Device_Member_of{SID(AA)} || Member_of{SID(WD)}',
      `${member('S-1-5-32-579')}8a${member('S-1-1-0')}89a1`,
    ],
    ['Member_of_Any{SID(S-1-222-333)}', `${member('S-1-222-333')}8b`],
    ['Member_of(SID(S-1-1-0))', `51${sized(sid('S-1-1-0'))}89`],
    ['@Device.bb == 0xffffffff', `${device('bb')}04ffffffff00000000030380`],
    ['@USER.A && @Device.B || @USER.C', `${user('A')}${device('B')}a0${user('C')}a1`],
    ['@USER.A || @Device.B && @USER.C', `${user('A')}${device('B')}${user('C')}a0a1`],
    ['@USER.A || @Device.B || @USER.C', `${user('A')}${device('B')}a1${user('C')}a1`],
    ['!(@USER.Project Not_Any_of 1)', `${user('Project')}${one}8fa2`],
    ['OctetStringType==#01020300', `f8${sized(utf16('OctetStringType'))}18${sized('01020300')}80`],
    [
      '@USER.ad://ext/AuthenticationSilo == "siloname"',
      `${user('ad://ext/AuthenticationSilo')}${string('siloname')}80`,
    ],
  ] as const) {
    test(condition, () => {
      const [ace] = parseSddl(`D:(XA;;FX;;;WD;(${condition}))`).dacl!
      const whole = `61727478${octets}`
      assert.equal(
        ace?.applicationData?.toHex(),
        whole.padEnd(Math.ceil(whole.length / 8) * 8, '0'),
      )
    })
  }

  for (const [given, canonical] of [
    ['D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)', 'D:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;SY)'],
    ['S:D:P', 'D:PS:'],
    ['D:AIPAR(A;;GA;;;SY)', 'D:PARAI(A;;GA;;;SY)'],
    ['D:PPPP(A;;GA;;;SY)', 'D:P(A;;GA;;;SY)'],
    ['D:(A;;0xe00f0000;;;SY)', 'D:(A;;SDRCWDWOGXGWGR;;;SY)'],
    ['D:(A;;0x401200a0;;;SY)', 'D:(A;;0x401200a0;;;SY)'],
    ['D:(A;;01234567;;;SY)', 'D:(A;;0x53977;;;SY)'],
    ['D: AI (a; oici ;ga;;; sy ) (A;;GX;;;AA)', 'D:AI(A;OICI;GA;;;SY)(A;;GX;;;AA)'],
    ['D:(A;;GA;;;S-1-5-21-0x1-0x2-0x3-513)', 'D:(A;;GA;;;S-1-5-21-1-2-3-513)'],
    ['  O:AA G:WD  ', 'O:AAG:WD'],
  ] as const) {
    test(given, () => {
      assert.equal(formatSddl(parseSddl(given)), canonical)
    })
  }
})

suite('SDDL of a Windows domain', needsLab, () => {
  const lab = { domain: labDomain, rootDomain: labDomain }

  test('every defaultSecurityDescriptor of its schema is read and comes back', () => {
    let count = 0
    for (const entry of labEntries()) {
      const text = entry.text('defaultSecurityDescriptor')
      if (text === undefined) continue
      count += 1
      const read = parseSddl(text, lab)
      assert.deepEqual(parseSddl(formatSddl(read, lab), lab), read, entry.dn)
      assert.deepEqual(parseSddl(formatSddl(read)), read, entry.dn)
    }
    assert.equal(count, 264)
  })

  test('every descriptor of its objects says the same in text', () => {
    // Without a list, text has no place for the bits about it.
    const lost = descriptorControl.saclAutoInherited | descriptorControl.saclProtected
    let count = 0
    for (const entry of labEntries()) {
      for (const octets of entry.values('nTSecurityDescriptor')) {
        count += 1
        const { control, owner, group, dacl, sacl } = readSecurityDescriptor(octets)
        const text = formatSddl({ control, owner, group, dacl, sacl }, lab)
        const again = readSecurityDescriptor(writeSecurityDescriptor(parseSddl(text, lab)))
        assert.deepEqual(
          [again.owner, again.group, again.dacl, again.sacl],
          [owner, group, dacl, sacl],
          entry.dn,
        )
        assert.equal(again.control, control & ~lost, entry.dn)
      }
    }
    assert.equal(count, 3972)
  })
})
