import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DirectoryError } from './error.ts'
import { namesOf } from './flags.ts'
import {
  type Ace,
  type SecurityDescriptor,
  aceFlags,
  aceType,
  descriptorControl,
  genericRights,
  isAllow,
  isCallback,
  isDeny,
  isObjectAce,
  mapGenericRights,
  readSecurityDescriptor,
  right,
  writeSecurityDescriptor,
} from './security-descriptor.ts'
import { formatSid } from './sid.ts'
import { labEntries, needsLab } from './testing.ts'

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/#.*|\s/g, ''))

/** One field a line: a small descriptor with all four parts, in the order of Windows. */
const small = hex(`
  01          # Revision
  00          # Sbz1
  14 94       # Control: SR, DACL protected, auto-inherited, present; SACL present
  84000000    # OffsetOwner
  94000000    # OffsetGroup
  14000000    # OffsetSacl
  30000000    # OffsetDacl

  02 00 1c00 0100 0000                   # SACL: revision, size 28, one ACE
  02 40 1400 20000d00                    #   SYSTEM_AUDIT, successful; mask
  01 01 000000000001 00000000            #   Everyone

  04 00 5400 0200 0000                   # DACL: revision 4, size 84, two ACEs
  05 02 3800 08000000                    #   ACCESS_ALLOWED_OBJECT, container inherit; SELF
  03000000                               #   both object types
  c07996bf e60d d011 a285 00aa003049e2   #   member
  9c7a96bf e60d d011 a285 00aa003049e2   #   group
  01 01 000000000005 0a000000            #   SELF
  01 10 1400 ff010f00                    #   ACCESS_DENIED, inherited; all
  01 01 000000000005 07000000            #   ANONYMOUS

  01 02 000000000005 20000000 20020000   # owner: Administrators
  01 01 000000000005 12000000            # group: SYSTEM
`)

const everyone = 'S-1-1-0'

/** A descriptor with one allow ACE, changed by setting octets. */
function altered(changes: Readonly<Record<number, number>>): Uint8Array {
  const bytes = writeSecurityDescriptor({
    control: 0,
    owner: 'S-1-5-18',
    dacl: [{ type: aceType.accessAllowed, flags: 0, mask: 1, sid: everyone }],
  })
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value
  return bytes
}

suite('reading a descriptor', () => {
  test('gives its control bits, owner, group and both lists', () => {
    const descriptor = readSecurityDescriptor(small)
    assert.deepEqual(namesOf(descriptorControl, descriptor.control), [
      'SE_DACL_PRESENT',
      'SE_SACL_PRESENT',
      'SE_DACL_AUTO_INHERITED',
      'SE_DACL_PROTECTED',
      'SE_SELF_RELATIVE',
    ])
    assert.equal(descriptor.owner, 'S-1-5-32-544')
    assert.equal(descriptor.group, 'S-1-5-18')
    assert.deepEqual(descriptor.sacl, [
      {
        type: aceType.systemAudit,
        flags: aceFlags.successfulAccess,
        mask: right.writeProperty | right.delete | right.writeDacl | right.writeOwner,
        sid: everyone,
        objectType: undefined,
        inheritedObjectType: undefined,
        applicationData: undefined,
      },
    ])
    assert.deepEqual(descriptor.dacl, [
      {
        type: aceType.accessAllowedObject,
        flags: aceFlags.containerInherit,
        mask: right.self,
        sid: 'S-1-5-10',
        objectType: 'bf9679c0-0de6-11d0-a285-00aa003049e2',
        inheritedObjectType: 'bf967a9c-0de6-11d0-a285-00aa003049e2',
        applicationData: undefined,
      },
      {
        type: aceType.accessDenied,
        flags: aceFlags.inherited,
        mask: genericRights.all,
        sid: 'S-1-5-7',
        objectType: undefined,
        inheritedObjectType: undefined,
        applicationData: undefined,
      },
    ])
    assert.deepEqual(writeSecurityDescriptor(descriptor), small)
  })

  test('tells a list that is not there, a NULL one and an empty one apart', () => {
    const absent = writeSecurityDescriptor({ control: 0 })
    const none = writeSecurityDescriptor({ control: 0, dacl: null, sacl: null })
    const empty = writeSecurityDescriptor({ control: 0, dacl: [], sacl: [] })
    assert.deepEqual(
      [readSecurityDescriptor(absent).dacl, readSecurityDescriptor(absent).sacl],
      [undefined, undefined],
    )
    assert.deepEqual(
      [readSecurityDescriptor(none).dacl, readSecurityDescriptor(none).sacl],
      [null, null],
    )
    assert.deepEqual(
      [readSecurityDescriptor(empty).dacl, readSecurityDescriptor(empty).sacl],
      [[], []],
    )
  })

  test('does not believe an offset whose "present" bit is clear', () => {
    const bytes = altered({ 2: 0 })
    assert.equal(readSecurityDescriptor(bytes).dacl, undefined)
  })

  test('takes the parts in any order, and owner and group from the same octets', () => {
    const bytes = hex(`
      01 00 0080 14000000 14000000 00000000 00000000
      01 01 000000000005 12000000
    `)
    const { owner, group } = readSecurityDescriptor(bytes)
    assert.deepEqual([owner, group], ['S-1-5-18', 'S-1-5-18'])
  })

  test('reads from the middle of a larger buffer', () => {
    const padded = Uint8Array.from([1, 2, 3, ...small, 4, 5])
    assert.deepEqual(
      readSecurityDescriptor(padded.subarray(3, 3 + small.length)),
      readSecurityDescriptor(small),
    )
  })

  test('masks are unsigned', () => {
    const dacl: Ace[] = [{ type: 0, flags: 0, mask: 0x80000000, sid: everyone }]
    const bytes = writeSecurityDescriptor({ control: 0, dacl })
    assert.equal(readSecurityDescriptor(bytes).dacl?.[0]?.mask, 0x80000000)
  })

  test('keeps the condition of a callback ACE and the claim of a resource attribute', () => {
    const dacl: Ace[] = [
      {
        type: aceType.accessAllowedCallback,
        flags: 0,
        mask: 1,
        sid: everyone,
        applicationData: hex('61727478 00000000'),
      },
      {
        type: aceType.accessDeniedCallbackObject,
        flags: 0,
        mask: right.controlAccess,
        sid: 'S-1-5-11',
        objectType: '00299570-246d-11d0-a768-00aa006e0529',
        applicationData: hex('61727478'),
      },
      {
        type: aceType.systemResourceAttribute,
        flags: 0,
        mask: 0,
        sid: everyone,
        applicationData: hex('0102030405060708'),
      },
    ]
    const read = readSecurityDescriptor(writeSecurityDescriptor({ control: 0, dacl })).dacl!
    assert.deepEqual(
      read.map(({ applicationData }) => applicationData?.toHex()),
      ['6172747800000000', '61727478', '0102030405060708'],
    )
    assert.equal(read[1]?.objectType, '00299570-246d-11d0-a768-00aa006e0529')
  })

  test('keeps ACEs of unknown types as octets and grants nobody anything by them', () => {
    const dacl: Ace[] = [
      { type: 0x7f, flags: 0x10, mask: 0, sid: 'S-1-0-0', applicationData: hex('ff010f00 01') },
    ]
    const bytes = writeSecurityDescriptor({ control: 0, dacl })
    const [ace] = readSecurityDescriptor(bytes).dacl!
    assert.deepEqual(
      [ace?.type, ace?.mask, ace?.sid, ace?.applicationData?.toHex()],
      [0x7f, 0, 'S-1-0-0', 'ff010f0001'],
    )
    assert.deepEqual(writeSecurityDescriptor(readSecurityDescriptor(bytes)), bytes)
  })

  test('keeps the revision of a list, which need not say whether there are object ACEs', () => {
    const dacl: Ace[] = [{ type: 0, flags: 0, mask: 1, sid: everyone }]
    assert.equal(
      readSecurityDescriptor(writeSecurityDescriptor({ control: 0, dacl })).daclRevision,
      2,
    )
    assert.equal(
      readSecurityDescriptor(writeSecurityDescriptor({ control: 0, dacl, daclRevision: 4 }))
        .daclRevision,
      4,
    )
    const object: Ace[] = [{ type: 5, flags: 0, mask: 1, sid: everyone }]
    assert.equal(
      readSecurityDescriptor(writeSecurityDescriptor({ control: 0, dacl: object })).daclRevision,
      4,
    )
  })
})

suite('hostile descriptors', () => {
  // The layout of what is altered: header 0-19, DACL at 20, its ACE at 28, owner at 48.
  for (const [name, bytes, code, field] of [
    ['nothing', new Uint8Array(), 'truncated', 'SECURITY_DESCRIPTOR'],
    ['a cut header', small.subarray(0, 19), 'truncated', 'SECURITY_DESCRIPTOR'],
    ['another revision', altered({ 0: 2 }), 'unsupported', 'SECURITY_DESCRIPTOR.Revision'],
    [
      'an owner inside the header',
      altered({ 4: 8 }),
      'out-of-range',
      'SECURITY_DESCRIPTOR.OffsetOwner',
    ],
    [
      'an owner beyond the end',
      altered({ 5: 1 }),
      'out-of-range',
      'SECURITY_DESCRIPTOR.OffsetOwner',
    ],
    [
      'an owner at 4 GiB',
      altered({ 4: 255, 5: 255, 6: 255, 7: 255 }),
      'out-of-range',
      'SECURITY_DESCRIPTOR.OffsetOwner',
    ],
    ['an owner inside the DACL', altered({ 4: 36 }), 'out-of-range', 'SECURITY_DESCRIPTOR'],
    ['a DACL beyond the end', altered({ 17: 1 }), 'out-of-range', 'SECURITY_DESCRIPTOR.OffsetDacl'],
    ['a DACL smaller than its header', altered({ 22: 7 }), 'malformed', 'ACL.AclSize'],
    ['a DACL larger than the rest', altered({ 22: 200 }), 'truncated', 'ACL'],
    ['65535 claimed ACEs', altered({ 24: 255, 25: 255 }), 'truncated', 'ACL.AceCount'],
    ['an ACE of no size', altered({ 30: 0 }), 'out-of-range', 'ACE.AceSize'],
    ['an ACE larger than its list', altered({ 30: 24 }), 'out-of-range', 'ACE.AceSize'],
    ['an ACE too short for its SID', altered({ 37: 15 }), 'truncated', 'SID'],
    ['an object ACE without room for GUIDs', altered({ 28: 5, 36: 3 }), 'truncated', 'ACE'],
  ] as const) {
    test(`${name} is refused as ${code}`, () => {
      assert.throws(() => readSecurityDescriptor(bytes), { name: 'DirectoryError', code, field })
    })
  }

  test('a SID that runs out of its ACE into the next part is refused', () => {
    const bytes = writeSecurityDescriptor({
      control: 0,
      owner: formatSid(
        5,
        Array.from({ length: 15 }, () => 1),
      ),
      dacl: [{ type: aceType.accessAllowed, flags: 0, mask: 1, sid: everyone }],
    })
    bytes[37] = 5
    assert.throws(() => readSecurityDescriptor(bytes), { code: 'truncated', field: 'ACE' })
  })

  test('every cut of a descriptor is refused', () => {
    for (let length = 0; length < small.length; length += 1) {
      assert.throws(() => readSecurityDescriptor(small.subarray(0, length)), DirectoryError)
    }
  })

  test('random and altered octets end in a value or a DirectoryError', () => {
    const flips = fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 6,
    })
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      flips.map((changes) => {
        const bytes = Uint8Array.from(small)
        for (const [at, value] of changes) bytes[at] = value
        return bytes
      }),
    )
    fc.assert(
      fc.property(octets, (bytes) => {
        let descriptor: SecurityDescriptor
        try {
          descriptor = readSecurityDescriptor(bytes)
        } catch (error) {
          return error instanceof DirectoryError
        }
        const again = readSecurityDescriptor(writeSecurityDescriptor(descriptor))
        assert.deepEqual(again.dacl, descriptor.dacl)
        assert.deepEqual(again.sacl, descriptor.sacl)
        return true
      }),
      { numRuns: 3000 },
    )
  })
})

suite('writing a descriptor', () => {
  const sid = fc
    .tuple(
      fc.constantFrom(1, 3, 5, 16),
      fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 6 }),
    )
    .map(([authority, parts]) => formatSid(authority, parts))
  const guid = fc.option(fc.uuid(), { nil: undefined })
  const data = fc.option(fc.uint8Array({ minLength: 1, maxLength: 20 }), { nil: undefined })
  const ace: fc.Arbitrary<Ace> = fc
    .record({
      type: fc.constantFrom(
        ...Object.values(aceType).filter((type) => type !== aceType.accessAllowedCompound),
      ),
      flags: fc.nat(255),
      mask: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      sid,
      objectType: guid,
      inheritedObjectType: guid,
      applicationData: data,
    })
    .map((made) =>
      isObjectAce(made.type)
        ? { ...made }
        : { ...made, objectType: undefined, inheritedObjectType: undefined },
    )
  const acl = fc.oneof(fc.constant(undefined), fc.constant(null), fc.array(ace, { maxLength: 8 }))

  test('what is written is read again, whatever kinds of ACE there are', () => {
    fc.assert(
      fc.property(fc.option(sid, { nil: undefined }), acl, acl, (owner, dacl, sacl) => {
        const read = readSecurityDescriptor(
          writeSecurityDescriptor({ control: 0, owner, dacl, sacl }),
        )
        assert.equal(read.owner, owner)
        assert.equal(read.group, undefined)
        assert.deepEqual(read.dacl, dacl)
        assert.deepEqual(read.sacl, sacl)
      }),
    )
  })

  test('the control bits say what is there', () => {
    const { control } = readSecurityDescriptor(
      writeSecurityDescriptor({ control: descriptorControl.saclPresent, dacl: [] }),
    )
    assert.equal(control, descriptorControl.daclPresent | descriptorControl.selfRelative)
  })

  test('a list of more than 64 KiB is refused', () => {
    const dacl = Array.from({ length: 3300 }, () => ({ type: 0, flags: 0, mask: 1, sid: everyone }))
    assert.throws(() => writeSecurityDescriptor({ control: 0, dacl }), { code: 'too-big' })
  })

  test('every descriptor of a Windows domain comes back byte for byte', needsLab, () => {
    let count = 0
    for (const entry of labEntries()) {
      for (const octets of entry.values('nTSecurityDescriptor')) {
        count += 1
        const written = writeSecurityDescriptor(readSecurityDescriptor(octets))
        assert.equal(Buffer.compare(written, octets), 0, entry.dn)
      }
    }
    assert.equal(count, 3972)
  })
})

suite('rights and types', () => {
  for (const [mask, mapped] of [
    [0x10000000, 0xf01ff],
    [0x40000000, 0x20028],
    [0x80000000, 0x20094],
    [0x20000000, 0x20004],
    [0xc0000100, 0x201bc],
    [0x30, 0x30],
    [0x01000000, 0x01000000],
  ] as const) {
    test(`0x${mask.toString(16)} stands for 0x${mapped.toString(16)}`, () => {
      assert.equal(mapGenericRights(mask), mapped)
      assert.equal(mapGenericRights(mask | 0), mapped)
    })
  }

  test('full control is every right of its own', () => {
    assert.deepEqual(namesOf(right, genericRights.all), [
      'CREATE_CHILD',
      'DELETE_CHILD',
      'LIST_CONTENTS',
      'SELF',
      'READ_PROPERTY',
      'WRITE_PROPERTY',
      'DELETE_TREE',
      'LIST_OBJECT',
      'CONTROL_ACCESS',
      'DELETE',
      'READ_CONTROL',
      'WRITE_DACL',
      'WRITE_OWNER',
    ])
  })

  test('types grant, deny, hold object types or conditions as specified', () => {
    const types = Array.from({ length: 256 }, (_, type) => type)
    assert.deepEqual(types.filter(isAllow), [0x00, 0x05, 0x09, 0x0b])
    assert.deepEqual(types.filter(isDeny), [0x01, 0x06, 0x0a, 0x0c])
    assert.deepEqual(types.filter(isObjectAce), [0x05, 0x06, 0x07, 0x08, 0x0b, 0x0c, 0x0f, 0x10])
    assert.deepEqual(types.filter(isCallback), [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10])
  })
})
