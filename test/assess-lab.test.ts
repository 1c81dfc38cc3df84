/** The public laboratory's Windows domain, through the command line: everything that is exposed there, and nothing else. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { glacis } from './cli.ts'

const lab = join(import.meta.dirname, '../../shared/lab/goad-essos.ldif.gz')
const skip = existsSync(lab) ? false : 'needs ../shared/lab/goad-essos.ldif.gz'

interface Document {
  readonly findings: readonly {
    readonly id: string
    readonly objects: readonly { readonly name: string; readonly says: string }[]
  }[]
  readonly passed: readonly string[]
  readonly notAssessed: readonly { readonly id: string }[]
  readonly inventory: {
    readonly managedAccounts: readonly { readonly name: string; readonly readers: string[] }[]
  }
}

/** Each was read against the file by hand. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'acct-machine-account-quota': ['essos'],
  // khal.drogo may do anything to viserys, missandei to khal.drogo, the Spys and viserys to jorah.
  'acl-shadow-credentials-broad': ['jorah.mormont', 'khal.drogo', 'viserys.targaryen'],
  // The authority runs on BRAAVOS, whose local administrator's password Spys and jorah may read.
  'adcs-ca-host-control': ['BRAAVOS$'],
  'adcs-esc1': ['ESC1'],
  'adcs-esc2': ['ESC2'],
  'adcs-esc3-agent': ['ESC3-CRA'],
  'adcs-esc4': ['ESC4'],
  'krb-asrep-user': ['missandei'],
  'laps-readers': ['Laps'],
  'priv-builtin-admin': ['Administrator'],
  'priv-delegation-allowed': ['Administrator', 'daenerys.targaryen', 'drogon', 'vagrant'],
  'priv-password-older-than-3-years': ['vagrant'],
  // Targaryen is in it, and holds two accounts outside Tier Zero.
  'priv-remote-access-groups-on-dc': ['Remote Desktop Users'],
  'priv-weak-password-policy': ['Administrator', 'daenerys.targaryen', 'drogon', 'vagrant'],
  'pwd-min-length': ['essos'],
  'svc-user-spn': ['sql_svc'],
}

test('the laboratory shows what was built into it', { skip }, async () => {
  const { out, code } = await glacis(['assess', lab, '--now', '2024-01-05', '--json'])
  const { findings, passed, notAssessed, inventory } = JSON.parse(out) as Document
  assert.deepEqual(
    Object.fromEntries(
      findings
        .map(({ id, objects }) => [id, objects.map(({ name }) => name).toSorted()] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
    expected,
  )
  const control = findings.find(({ id }) => id === 'acl-shadow-credentials-broad')
  const says = control?.objects.map((object) => object.says).join('\n') ?? ''
  for (const who of ['khal.drogo', 'missandei', 'viserys.targaryen', 'Spys'])
    assert.match(says, new RegExp(`: .*${who} can `))
  const dragon = inventory.managedAccounts.find(({ name }) => name === 'gmsaDragon$')
  assert.deepEqual(dragon?.readers, ['BRAAVOS$'])
  assert.deepEqual(
    notAssessed.map(({ id }) => id),
    // A file holds no answers of controllers, and this one no metadata of links.
    [
      'ldap-anonymous-read',
      'ldap-channel-binding-missing',
      'ldap-signing-not-required',
      'priv-ephemeral-membership',
    ],
  )
  assert.ok(passed.length > 100)
  assert.equal(code, 0)
})
