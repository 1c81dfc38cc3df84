import { collect } from '#collect'
import { assess } from './src/exposure/assess.ts'
import { startSamba } from './test/samba.ts'
import { globSync } from 'node:fs'
const rules = []
for (const f of globSync('src/exposure/rules/{privilege,kerberos,passwords,accounts,stale,domain-controllers,forest-config,trusts}/*.ts')) { if (f.endsWith('.test.ts')) continue; rules.push((await import('/work/main/'+f)).default) }
const dc = await startSamba()
const reader = await dc.addUser('reader', 'Gl4cis-reader')
async function look(title, now) {
  const snapshot = await collect('ldaps://'+dc.name, { account: { name: reader.upn, password: () => new TextEncoder().encode(reader.password) }, caFile: dc.caFile, addresses: { [dc.name]: dc.host }, probe: false })
  console.log('=====', title, snapshot.count, snapshot.origin.takenAt)
  const a = assess(snapshot, rules, now ?? snapshot.origin.takenAt)
  for (const f of a.findings) { console.log('##', f.rule.id, f.severity, f.gaps.join(' | ').slice(0,300)); for (const o of f.objects) console.log('   ', o.severity, o.says.slice(0,300), JSON.stringify(o.evidence).slice(0,250)) }
  for (const n of a.notAssessed) console.log('NOT', n.rule.id, n.because.slice(0,400))
  return {snapshot, a}
}
const fresh = await look('fresh')
for (const c of fresh.snapshot.coverage) console.log(c.source, c.state, c.gaps?.map(g=>g.because.slice(0,300)+' '+(g.hides??'*')).join(' / '))
export { dc, look, reader }
const seed = process.argv[2]
if (seed) { const { readFileSync } = await import('node:fs'); const parts = readFileSync(seed,'utf8').replaceAll('BASE', dc.baseDn).replaceAll('DSID', dc.domainSid).split('#---SYSTEM---\n'); await dc.modify(parts[0]); if (parts[1]) await dc.modifyAsSystem(parts[1]); await look('seeded'); await look('in 4 years', new Date(Date.now()+1500*86400000)) }
await dc.stop()
