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
const all: any[] = []
for (const file of globSync('src/exposure/rules/{privilege,kerberos,passwords,accounts,stale,domain-controllers,forest-config,trusts}/*.ts')) { if (file.endsWith('.test.ts')) continue; all.push((await import('/work/main/' + file)).default) }
assess(snapshot, [], f.now)
let t = performance.now(); let a = assess(snapshot, all, f.now); console.log('all', Math.round(performance.now() - t), a.findings.map((x) => x.rule.id + ':' + x.objects.length).join(' '))
const times = all.map((r) => { t = performance.now(); assess(snapshot, [r], f.now); return [r.id, Math.round(performance.now() - t)] as const }).sort((x, y) => y[1] - x[1])
t = performance.now(); assess(snapshot, [], f.now); console.log('none', Math.round(performance.now() - t)); console.log(times.slice(0, 12).map(String).join('  '))
console.log(Math.round(process.memoryUsage().rss / 1e6), 'MB')
