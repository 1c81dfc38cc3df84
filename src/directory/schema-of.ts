import { parseGuid } from './guid.ts'
import {
  type AttributeDefinition,
  type ClassDefinition,
  type RightDefinition,
  SchemaIndex,
} from './schema.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * The schema a snapshot holds. Of attributes, classes and rights, a kind the snapshot has none of is answered from what
 * every forest has. Objects that lack their name or GUID are passed over.
 */
export function schemaOf(snapshot: Snapshot): SchemaIndex {
  return new SchemaIndex({
    attributes: attributesOf(snapshot),
    classes: classesOf(snapshot),
    rights: rightsOf(snapshot),
  })
}

function* attributesOf(snapshot: Snapshot): Generator<AttributeDefinition> {
  for (const id of snapshot.ofClass('attributeSchema')) {
    const lDAPDisplayName = snapshot.value(id, 'lDAPDisplayName')
    const schemaIDGUID = snapshot.value(id, 'schemaIDGUID')
    if (lDAPDisplayName === undefined || schemaIDGUID === undefined) continue
    yield {
      lDAPDisplayName,
      schemaIDGUID,
      attributeSecurityGUID: snapshot.value(id, 'attributeSecurityGUID'),
      searchFlags: snapshot.value(id, 'searchFlags'),
      systemFlags: snapshot.value(id, 'systemFlags'),
      attributeID: snapshot.value(id, 'attributeID'),
      attributeSyntax: snapshot.value(id, 'attributeSyntax'),
      oMSyntax: snapshot.value(id, 'oMSyntax'),
      oMObjectClass: snapshot.raw(id, 'oMObjectClass')[0],
      isSingleValued: snapshot.value(id, 'isSingleValued'),
      linkID: snapshot.value(id, 'linkID'),
    }
  }
}

function* classesOf(snapshot: Snapshot): Generator<ClassDefinition> {
  for (const id of snapshot.ofClass('classSchema')) {
    const lDAPDisplayName = snapshot.value(id, 'lDAPDisplayName')
    const schemaIDGUID = snapshot.value(id, 'schemaIDGUID')
    if (lDAPDisplayName === undefined || schemaIDGUID === undefined) continue
    const both = (name: 'auxiliaryClass' | 'possSuperiors' | 'mayContain' | 'mustContain') => {
      const system =
        `system${name.charAt(0).toUpperCase()}${name.slice(1)}` as `system${Capitalize<typeof name>}`
      return [...new Set([...snapshot.value(id, system), ...snapshot.value(id, name)])]
    }
    yield {
      lDAPDisplayName,
      schemaIDGUID,
      subClassOf: snapshot.value(id, 'subClassOf'),
      governsID: snapshot.value(id, 'governsID'),
      objectClassCategory: snapshot.value(id, 'objectClassCategory'),
      auxiliaryClass: both('auxiliaryClass'),
      possSuperiors: both('possSuperiors'),
      mayContain: both('mayContain'),
      mustContain: both('mustContain'),
      defaultSecurityDescriptor: snapshot.value(id, 'defaultSecurityDescriptor'),
    }
  }
}

function* rightsOf(snapshot: Snapshot): Generator<RightDefinition> {
  for (const id of snapshot.ofClass('controlAccessRight')) {
    const name = snapshot.value(id, 'cn')
    const rightsGuid = guidOf(snapshot.value(id, 'rightsGuid'))
    const validAccesses = snapshot.value(id, 'validAccesses')
    if (name === undefined || rightsGuid === undefined || validAccesses === undefined) continue
    yield { rightsGuid, name, displayName: snapshot.value(id, 'displayName'), validAccesses }
  }
}

/** rightsGuid is text that anybody with the right to the schema may have mistyped. */
function guidOf(text: string | undefined) {
  try {
    return text === undefined ? undefined : parseGuid(text)
  } catch {
    return undefined
  }
}
