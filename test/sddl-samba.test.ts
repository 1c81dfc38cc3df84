/** The text of every descriptor of a Windows domain, ours beside that of Samba's security library. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import {
  type SecurityDescriptor,
  formatSddl,
  parseSddl,
  readSecurityDescriptor,
  writeSecurityDescriptor,
} from '#directory'
import { labDomain, labEntries, needsLab } from '../src/directory/testing.ts'

const missing = existsSync('/usr/lib/python3/dist-packages/samba/dcerpc')
  ? false
  : 'needs Debian package python3-samba'

/** Reads lines of octets and text for them. Answers with the octets that Samba makes of the text, and its own text. */
const script = `
import sys, base64
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack
sid = security.dom_sid(sys.argv[1])
for line in sys.stdin:
    octets, text = line.rstrip('\\n').split(' ', 1)
    descriptor = ndr_unpack(security.descriptor, base64.b64decode(octets))
    again = ndr_pack(security.descriptor.from_sddl(text, sid))
    print(base64.b64encode(again).decode(), descriptor.as_sddl(sid))
`

const skip = needsLab.skip || missing
test('Samba reads and writes the text of the descriptors of a domain as we do', { skip }, () => {
  const context = { domain: labDomain, rootDomain: labDomain }
  const cases = new Map<string, SecurityDescriptor>()
  for (const entry of labEntries()) {
    for (const octets of entry.values('nTSecurityDescriptor')) {
      const descriptor = readSecurityDescriptor(octets)
      cases.set(formatSddl(descriptor, context), descriptor)
    }
    const text = entry.text('defaultSecurityDescriptor')
    // One has a space in it, which Samba 4.17 does not take.
    if (text !== undefined) cases.set(text.replaceAll(' ', ''), parseSddl(text, context))
  }
  assert.ok(cases.size > 130)
  const answers = execFileSync('/usr/bin/python3', ['-c', script, labDomain], {
    input: [...cases].map(([text, it]) => `${base64(it)} ${text}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  const lines = answers.trimEnd().split('\n')
  assert.equal(lines.length, cases.size)
  for (const [i, descriptor] of [...cases.values()].entries()) {
    const [octets = '', theirs = ''] = lines[i]!.split(' ')
    assert.equal(withSortedRights(theirs), withSortedRights(formatSddl(descriptor, context)))
    assert.deepEqual(said(parseSddl(theirs, context)), said(descriptor))
    assert.deepEqual(said(readSecurityDescriptor(Buffer.from(octets, 'base64'))), said(descriptor))
  }
})

function base64(descriptor: SecurityDescriptor): string {
  return Buffer.from(writeSecurityDescriptor(descriptor)).toString('base64')
}

/** Rights stand in the order of Windows in ours, in that of a table of its own in Samba's. */
function withSortedRights(text: string): string {
  return text.replaceAll(
    /(?<=\([A-Z]*;[A-Z]*;)[A-Z]+(?=;)/g,
    (rights) => rights.match(/../g)?.toSorted().join('') ?? rights,
  )
}

/** What a descriptor says, without the control bits that text has no place for. */
function said(descriptor: SecurityDescriptor) {
  const { owner, group, dacl, sacl } = readSecurityDescriptor(writeSecurityDescriptor(descriptor))
  return { owner, group, dacl, sacl }
}
