import { ForestBuilder, SnapshotBuilder, formatFileTime, writeSid } from '#directory'
import { assess } from './src/exposure/assess.ts'
import { globSync } from 'node:fs'
const N = Number(process.argv[2] ?? 200000)
const f = new ForestBuilder()
const b = new SnapshotBuilder()
const enc = new TextEncoder()
for (const [dn, attrs] of f.entries() as any) b.add(dn, attrs)
const u = (s: string) => [enc.encode(s)]
for (let i = 0; i < N; i++) {
  const pc = i % 4 === 3
  const name = pc ? `PC${i}` : `user${i}`
  b.add(`CN=${name},CN=Users,${f.dn}`, [
    ['objectClass', (pc ? ['top','person','organizationalPerson','user','computer'] : ['top','person','organizationalPerson','user']).map((x) => enc.encode(x))],
    ['sAMAccountName', u(pc ? name + '$' : name)], ['userAccountControl', u(pc ? '4096' : '512')], ['primaryGroupID', u(pc ? '515' : '513')],
    ['objectSid', [writeSid(`${f.sid}-${100000 + i}`)]], ['pwdLastSet', u(formatFileTime(f.daysAgo(i % 1500)))], ['lastLogonTimestamp', u(formatFileTime(f.daysAgo(i % 800)))], ['logonCount', u('3')],
    ['userPrincipalName', u(`${name}@${f.name}`)], ['description', u(`Workstation of user ${i} in building 4`)], ['whenCreated', u('20200101000000.0Z')], ['servicePrincipalName', pc ? u(`HOST/${name}`) : []],
    ['dNSHostName', pc ? u(`${name}.corp.example`) : []], ['operatingSystem', pc ? u('Windows 11') : []], ['operatingSystemVersion', pc ? u('10.0 (22631)') : []],
  ] as any)
}
const snapshot = b.build({ origin: { source: 't', takenAt: f.now }, coverage: (f.build()).coverage })

for (const id of process.argv[3].split(',')) { const r = (await import('/work/main/src/exposure/rules/' + id + '.ts')).default
for (let i = 0; i < 2; i++) { const t = performance.now(); assess(snapshot, [r], f.now); console.log(id, Math.round(performance.now() - t)) } }
