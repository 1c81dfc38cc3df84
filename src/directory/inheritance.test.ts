import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handedDown, inheritDescriptor } from './inheritance.ts'
import { labSkip, labSnapshot } from './lab/testing.ts'
import { formatSddl, parseSddl } from './sddl.ts'
import { type Ace, aceFlags, descriptorControl } from './security-descriptor.ts'

const domain = 'S-1-5-21-10-20-30'
const context = { domain, rootDomain: domain }
const userClass = 'bf967aba-0de6-11d0-a285-00aa003049e2'
const computerClass = 'bf967a86-0de6-11d0-a285-00aa003049e2'

const key = ({ type, flags, mask, objectType, inheritedObjectType, sid }: Ace) =>
  [type, flags, mask, objectType, inheritedObjectType, sid].join(' ')

/** DACL of a user made with `explicit` below a parent with `parent`, as SDDL. */
function child(
  explicit: string,
  parent: string | undefined,
  classGuids: string | readonly string[] = userClass,
): string {
  const descriptor = inheritDescriptor({
    explicit: parseSddl(explicit, context),
    parent: parent === undefined ? undefined : parseSddl(parent, context),
    classGuids,
  })
  return formatSddl(descriptor, context).replace(/^.*D:(?:AI)?/, '')
}

test('inheritable ACEs follow the explicit ones, marked as inherited', () => {
  assert.equal(
    child('D:(A;;RP;;;AU)', 'D:(A;CI;WP;;;BA)(A;;GA;;;DA)'),
    '(A;;RP;;;AU)(A;CIID;WP;;;BA)',
  )
})

test('an inherit-only ACE takes effect on the child, and one for a single level stops there', () => {
  assert.equal(child('D:', 'D:(A;CIIO;WP;;;BA)'), '(A;CIID;WP;;;BA)')
  assert.equal(child('D:', 'D:(A;CINP;WP;;;BA)'), '(A;ID;WP;;;BA)')
  assert.equal(child('D:', 'D:(A;CINPIO;WP;;;BA)'), '(A;ID;WP;;;BA)')
})

test('an ACE for another class passes through inherit-only, unless it goes one level only', () => {
  assert.equal(
    child('D:', `D:(OA;CIIO;WP;;${computerClass};BA)`),
    `(OA;CIIOID;WP;;${computerClass};BA)`,
  )
  assert.equal(child('D:', `D:(OA;CIIO;WP;;${userClass};BA)`), `(OA;CIID;WP;;${userClass};BA)`)
  assert.equal(child('D:', `D:(OA;CINPIO;WP;;${computerClass};BA)`), '')
  assert.equal(child('D:', `D:(OA;CINPIO;WP;;${userClass};BA)`), '(OA;ID;WP;;;BA)')
  assert.equal(
    child('D:', `D:(OA;CIIO;WP;;${computerClass};BA)`, [userClass, computerClass]),
    `(OA;CIID;WP;;${computerClass};BA)`,
  )
})

test('an ACE for leaves passes through objects, which are all containers', () => {
  assert.equal(child('D:', 'D:(A;OI;WP;;;BA)'), '(A;OIIOID;WP;;;BA)')
  assert.equal(child('D:', 'D:(A;OICI;WP;;;BA)'), '(A;OICIID;WP;;;BA)')
})

test('CREATOR OWNER becomes the owner on the child and stays for the children of the child', () => {
  assert.equal(child('O:BAD:', 'D:(A;CIIO;WP;;;CO)'), '(A;ID;WP;;;BA)(A;CIIOID;WP;;;CO)')
  assert.equal(child('O:BAG:DAD:', 'D:(A;CIIO;WP;;;CG)'), '(A;ID;WP;;;DA)(A;CIIOID;WP;;;CG)')
  // As Windows does, the part that goes no further loses its class of heirs.
  assert.equal(
    child('O:BAD:', `D:(OA;CIIO;WP;;${userClass};CO)`),
    `(OA;ID;WP;;;BA)(OA;CIIOID;WP;;${userClass};CO)`,
  )
})

test('generic rights are mapped on the child and stay for the children of the child', () => {
  assert.equal(child('D:', 'D:(A;CIIO;GW;;;BA)'), '(A;ID;SWWPRC;;;BA)(A;CIIOID;GW;;;BA)')
})

test('CREATOR OWNER and generic rights in explicit ACEs are settled too', () => {
  assert.equal(child('O:BAD:(A;;GW;;;CO)', undefined), '(A;;SWWPRC;;;BA)')
  assert.equal(child('O:BAD:(A;CI;WP;;;CO)', undefined), '(A;;WP;;;BA)(A;CIIO;WP;;;CO)')
  assert.equal(child('O:BAD:(A;CIIO;GA;;;CO)', undefined), '(A;CIIO;GA;;;CO)')
})

test('what an ACE already handed down says too is left out', () => {
  assert.equal(child('D:', 'D:(A;CI;RPWP;;;BA)(A;CI;WP;;;BA)'), '(A;CIID;RPWP;;;BA)')
  assert.equal(
    child('D:', 'D:(A;CI;WP;;;BA)(A;CI;RPWP;;;BA)'),
    '(A;CIID;WP;;;BA)(A;CIID;RPWP;;;BA)',
  )
  assert.equal(child('D:(A;CI;RPWP;;;BA)', 'D:(A;CI;WP;;;BA)'), '(A;CI;RPWP;;;BA)(A;CIID;WP;;;BA)')
  assert.equal(child('D:', 'D:(D;CI;WP;;;BA)(A;CI;WP;;;BA)'), '(D;CIID;WP;;;BA)(A;CIID;WP;;;BA)')
})

test('a protected object inherits nothing, nor does the head of a naming context', () => {
  const explicit = parseSddl('D:P(A;;RP;;;AU)', context)
  const parent = parseSddl('D:(A;CI;WP;;;BA)', context)
  const result = inheritDescriptor({ explicit, parent, classGuids: userClass })
  assert.equal(result.dacl?.length, 1)
  assert.notEqual(result.control & descriptorControl.daclProtected, 0)
  assert.equal(child('D:(A;;RP;;;AU)', undefined), '(A;;RP;;;AU)')
})

test('inherited ACEs that come with the object are computed anew', () => {
  assert.equal(
    child('D:(A;;RP;;;AU)(A;CIID;GA;;;WD)', 'D:(A;CI;WP;;;BA)'),
    '(A;;RP;;;AU)(A;CIID;WP;;;BA)',
  )
})

test('the order is explicit before inherited, deny before allow, regular before object ACEs', () => {
  assert.equal(
    child(`D:(OA;;WP;${userClass};;AU)(A;;RP;;;AU)(D;;WP;;;AU)`, 'D:(A;CI;RP;;;BA)(D;CI;WP;;;BA)'),
    `(D;;WP;;;AU)(A;;RP;;;AU)(OA;;WP;${userClass};;AU)(D;CIID;WP;;;BA)(A;CIID;RP;;;BA)`,
  )
})

test('a NULL DACL stays open, and auditing is handed down like access', () => {
  const parent = parseSddl('D:(A;CI;WP;;;BA)S:(AU;CISA;WP;;;WD)', context)
  assert.equal(inheritDescriptor({ explicit: parseSddl('D:NO_ACCESS_CONTROL'), parent }).dacl, null)
  const { sacl } = inheritDescriptor({ explicit: parseSddl('D:'), parent })
  assert.deepEqual(
    sacl?.map(({ flags }) => flags),
    [aceFlags.containerInherit | aceFlags.inherited | aceFlags.successfulAccess],
  )
})

test(
  'every object of the laboratory has exactly the inherited ACEs its parent hands down',
  { skip: labSkip },
  () => {
    const snapshot = labSnapshot()
    let compared = 0
    for (let id = 0; id < snapshot.count; id++) {
      const descriptor = snapshot.value(id, 'nTSecurityDescriptor')
      const parent = snapshot.parent(id)
      const above =
        parent === undefined ? undefined : snapshot.value(parent, 'nTSecurityDescriptor')?.dacl
      if (!descriptor?.dacl || !above || snapshot.namingContexts.includes(snapshot.dn(id))) continue
      if ((descriptor.control & descriptorControl.daclProtected) !== 0) continue
      const classGuid = snapshot.schema.guidOfClass(snapshot.classOf(id))
      const computed = handedDown(
        above,
        classGuid === undefined ? [] : [classGuid],
        descriptor.owner,
        descriptor.group,
      )
      const stored = descriptor.dacl.filter(({ flags }) => (flags & aceFlags.inherited) !== 0)
      assert.deepEqual(computed.map(key).toSorted(), stored.map(key).toSorted(), snapshot.dn(id))
      compared++
    }
    assert.equal(compared, 3905)
  },
)
