import {
  nameOfFunctionalLevel,
  isEnabled,
  namesOf,
  pwdProperties,
  rid,
  trustAttributes,
  trustDirection,
  trustType,
} from '#directory'
import { type Forest, passwordReaders } from '#exposure'

/** Facts about the forest that are no findings, for the report's back pages. */
export interface Inventory {
  readonly counts: { readonly [what: string]: number }
  readonly controllers: readonly {
    readonly name: string
    readonly dn: string
    readonly domain: string
    readonly operatingSystem: string
    readonly isReadOnly: boolean
  }[]
  readonly domains: readonly {
    readonly name: string
    readonly functionalLevel: string
    readonly machineAccountQuota?: number
  }[]
  readonly trusts: readonly {
    readonly domain: string
    readonly partner: string
    readonly direction: string
    readonly type: string
    readonly attributes: readonly string[]
  }[]
  readonly passwordPolicies: readonly {
    readonly name: string
    readonly appliesTo: readonly string[]
    readonly minimumLength?: number
    /** Whole days; absent when passwords never expire or it could not be read. */
    readonly maximumAgeDays?: number
    readonly history?: number
    readonly isComplex?: boolean
    readonly lockoutAfter?: number
  }[]
  readonly privilegedGroups: readonly {
    readonly name: string
    readonly domain: string
    readonly count: number
    readonly members: readonly string[]
  }[]
  /** Managed service accounts and who may retrieve their passwords. */
  readonly managedAccounts: readonly {
    readonly name: string
    readonly dn: string
    readonly readers: readonly string[]
  }[]
  readonly authorities: readonly {
    readonly name: string
    readonly host: string
    readonly templates: readonly string[]
  }[]
}

/** Most names listed for one group; the count is always whole. */
const mostNames = 200

/** Gathers the facts. */
export function inventoryOf(forest: Forest): Inventory {
  const { snapshot } = forest
  const enabled = (id: number) => isEnabled(snapshot.value(id, 'userAccountControl') ?? 0)
  const users = snapshot.ofKind('user')
  const computers = snapshot.ofKind('computer')
  return {
    counts: {
      objects: snapshot.count,
      users: users.length,
      'enabled users': users.filter(enabled).length,
      computers: computers.length,
      'enabled computers': computers.filter(enabled).length,
      'managed service accounts': snapshot.ofKind('managedAccount').length,
      groups: snapshot.ofKind('group').length,
      'organizational units': snapshot.ofKind('organizationalUnit').length,
      'group policies': snapshot.ofKind('policy').length,
      'Tier Zero objects': forest.tierZero.objects.length,
    },
    controllers: [...computers].flatMap((id) => {
      const group = snapshot.value(id, 'primaryGroupID')
      if (group !== rid.controllers && group !== rid.readOnlyControllers) return []
      return [
        {
          name: snapshot.value(id, 'dNSHostName') ?? snapshot.name(id),
          dn: snapshot.dn(id),
          domain: snapshot.domainOf(id)?.name ?? '',
          operatingSystem: snapshot.value(id, 'operatingSystem') ?? 'not read',
          isReadOnly: group === rid.readOnlyControllers,
        },
      ]
    }),
    domains: snapshot.domains.map(({ name, head }) => {
      const level = snapshot.value(head, 'msDS-Behavior-Version')
      const machineAccountQuota = snapshot.value(head, 'ms-DS-MachineAccountQuota')
      return {
        name,
        functionalLevel: level === undefined ? 'not read' : nameOfFunctionalLevel(level),
        ...(machineAccountQuota === undefined ? {} : { machineAccountQuota }),
      }
    }),
    trusts: [...snapshot.ofKind('trust')].map((id) => ({
      domain: snapshot.domainOf(id)?.name ?? '',
      partner: snapshot.value(id, 'trustPartner') ?? snapshot.name(id),
      direction: namesOf(trustDirection, snapshot.value(id, 'trustDirection') ?? 0).join(', '),
      type: nameOfTrustType(snapshot.value(id, 'trustType')),
      attributes: namesOf(trustAttributes, snapshot.value(id, 'trustAttributes') ?? 0),
    })),
    passwordPolicies: passwordPolicies(forest),
    privilegedGroups: privilegedGroups(forest),
    managedAccounts: [...snapshot.ofKind('managedAccount')].map((id) => ({
      name: snapshot.name(id),
      dn: snapshot.dn(id),
      readers: passwordReaders(forest, id).map((sid) => forest.nameOf(sid, snapshot.domainOf(id))),
    })),
    authorities: [...snapshot.ofKind('certificationAuthority')].map((id) => ({
      name: snapshot.name(id),
      host: snapshot.value(id, 'dNSHostName') ?? '',
      templates: snapshot.value(id, 'certificateTemplates'),
    })),
  }
}

function nameOfTrustType(type: number | undefined): string {
  const known = Object.entries(trustType).find(([, value]) => value === type)
  return known?.[0] ?? (type === undefined ? 'not read' : String(type))
}

function passwordPolicies({ snapshot }: Forest): Inventory['passwordPolicies'] {
  return [
    ...snapshot.domains.map(({ name, head }) =>
      policyOf(`${name} (domain)`, ['everyone without a policy of their own'], {
        minimumLength: snapshot.value(head, 'minPwdLength'),
        maximumAgeDays: daysOf(snapshot.value(head, 'maxPwdAge')),
        history: snapshot.value(head, 'pwdHistoryLength'),
        isComplex: isComplex(snapshot.value(head, 'pwdProperties')),
        lockoutAfter: snapshot.value(head, 'lockoutThreshold'),
      }),
    ),
    ...[...snapshot.ofKind('passwordSettings')].map((id) =>
      policyOf(snapshot.name(id), snapshot.value(id, 'msDS-PSOAppliesTo'), {
        minimumLength: snapshot.value(id, 'msDS-MinimumPasswordLength'),
        maximumAgeDays: daysOf(snapshot.value(id, 'msDS-MaximumPasswordAge')),
        history: snapshot.value(id, 'msDS-PasswordHistoryLength'),
        isComplex: snapshot.value(id, 'msDS-PasswordComplexityEnabled'),
      }),
    ),
  ]
}

/** A policy with the facts that are known. */
function policyOf(
  name: string,
  appliesTo: readonly string[],
  facts: { readonly [fact: string]: number | boolean | undefined },
): Inventory['passwordPolicies'][number] {
  return {
    name,
    appliesTo,
    ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
  }
}

function daysOf(ms: number | undefined): number | undefined {
  return ms === undefined || !Number.isFinite(ms) ? undefined : Math.round(ms / 86_400_000)
}

function isComplex(properties: number | undefined): boolean | undefined {
  return properties === undefined ? undefined : (properties & pwdProperties.complex) !== 0
}

/** The groups whose members rule the forest, by RID: their names are localised. */
const privilegedRids = [
  rid.domainAdmins,
  rid.enterpriseAdmins,
  rid.schemaAdmins,
  rid.keyAdmins,
  rid.enterpriseKeyAdmins,
]
const privilegedAliases = [544, 548, 549, 550, 551]

function privilegedGroups({ snapshot, memberships }: Forest): Inventory['privilegedGroups'] {
  return snapshot.domains.flatMap((domain) =>
    [
      ...privilegedRids.map((number) => `${domain.sid}-${number}`),
      ...privilegedAliases.map((number) => `S-1-5-32-${number}`),
    ].flatMap((sid) => {
      const group = snapshot.bySid(sid, domain)
      if (group === undefined) return []
      const members = [...memberships.transitiveMembers(group)].filter(
        (id) => !snapshot.isA(id, 'group'),
      )
      return [
        {
          name: snapshot.name(group),
          domain: domain.name,
          count: members.length,
          members: members.slice(0, mostNames).map((id) => snapshot.name(id)),
        },
      ]
    }),
  )
}
