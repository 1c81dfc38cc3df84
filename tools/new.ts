/** `npm run new exposure ID`: writes an empty rule and its test where they belong, to be filled in. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { categories } from '../src/exposure/define.ts'

const [what, id, category] = process.argv.slice(2)
const problem = wrongUse()
if (problem === undefined) create(String(id), String(category))
else {
  console.error(
    `${problem}\nUse: npm run new exposure <id> <category>\nCategories: ${categories.join(', ')}`,
  )
  process.exitCode = 2
}

function wrongUse(): string | undefined {
  if (what !== 'exposure') return `cannot make "${what ?? ''}": only exposures can be made`
  if (id === undefined || !/^[a-z0-9]+(-[a-z0-9]+)+$/.test(id))
    return 'the id states the bad condition in lower-case words joined by "-"'
  if (!(categories as readonly string[]).includes(category ?? ''))
    return `"${category ?? ''}" is no category`
  if (existsSync(`src/exposure/rules/${category}/${id}.ts`))
    return `${id} is there already: ids are permanent`
  return undefined
}

function create(name: string, folder: string): void {
  const path = `src/exposure/rules/${folder}`
  mkdirSync(path, { recursive: true })
  writeFileSync(
    `${path}/${name}.ts`,
    `import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: '${name}',
  category: '${folder}',
  severity: 'high',
  title: '',
  why: '',
  fix: '',
  attack: [],
  refs: { spec: [] },
  needs: ['ldap-domain'],
  over: 'user',
  reads: ['sAMAccountName', 'userAccountControl'],

  check({ sAMAccountName, userAccountControl }) {
    if (userAccountControl === 0) return
    return { says: \`\${sAMAccountName} …\`, evidence: { userAccountControl } }
  },
})
`,
  )
  writeFileSync(
    `${path}/${name}.test.ts`,
    `import { exposureTest } from '../../testing.ts'
import rule from './${name}.ts'

const account = { sAMAccountName: 'alice', userAccountControl: 0x200 }

exposureTest(rule, {
  exposed: { 'an account with …': account },
  clean: { 'an account without …': { ...account, userAccountControl: 0 } },
})
`,
  )
  console.log(
    `made ${path}/${name}.ts and its test. Write the test, then the check, then: npm run generate`,
  )
}
