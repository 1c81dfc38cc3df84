/** What makes a text look as if a password were written in it. Never the password itself. */
export interface PasswordClue {
  /** `label`: a word for password stands before it. `token`: the text itself looks like one. */
  readonly kind: 'label' | 'token'
  /** The word for password, as written. */
  readonly label?: string
  /** Characters in what looks like the password. */
  readonly length: number
}

/**
 * Looks for a password in free text: a word for password in one of many languages, then `:`, `=`, a dash, `is` or a space, and
 * something of 6 or more characters; or a token of 8 or more with small and capital letters, digits and signs. Sentences about
 * passwords, dates, phone and ticket numbers, GUIDs, addresses and paths are none.
 *
 * Looks at the first 4096 characters; time is linear in them.
 */
export function findPassword(text: string): PasswordClue | undefined {
  const plain = withoutMarks(text.slice(0, MAX_CHARACTERS))
  for (const match of plain.matchAll(labelled)) {
    const { word, weakWord, between = '', joint = '', token = '' } = match.groups ?? {}
    const secret = trimToken(token)
    const isWeak = weakWord !== undefined
    const rest = plain.slice(match.index + match[0].length).trim()
    if (secret.length < MIN_LABELLED || !isSecret(secret, { joint, isWeak, isAll: isEnd(rest) }))
      continue
    return {
      kind: 'label',
      label: (word ?? weakWord ?? '') + between.trimEnd(),
      length: secret.length,
    }
  }
  for (const [word] of plain.matchAll(/\S+/g)) {
    const token = trimToken(word).replace(/^[*_~]+|[*_~]+$/g, '')
    if (token.length >= MIN_TOKEN && token.length <= MAX_TOKEN && looksRandom(token)) {
      return { kind: 'token', length: token.length }
    }
  }
  return undefined
}

const MAX_CHARACTERS = 4096
const MIN_LABELLED = 6
const MIN_TOKEN = 8
const MAX_TOKEN = 128

/** Words that mean a password and little else, without accents. */
const words = [
  // English, German, French, Spanish, Portuguese, Italian, Catalan, Basque, Romanian.
  'pass ?words?',
  'pass ?wd',
  'passw',
  'pwd',
  'pass ?phrase',
  'passcode',
  'pass ?wort',
  'kenn ?wort',
  'mot ?de ?passe',
  'mdp',
  'contrasena',
  'contrasenya',
  'senha',
  'palavra[ -]?passe',
  'parola d.ordine',
  'pasahitza',
  // Dutch, Danish, Norwegian, Swedish, Icelandic, Finnish.
  'wachtwoord',
  'adgangskode',
  'kodeord',
  'passord',
  'losenord',
  'lykilord',
  'lykilorð',
  'salasana',
  // Polish, Czech, Slovak, Hungarian, South Slavic, Baltic, Turkish.
  'haslo',
  'hasło',
  'heslo',
  'jelszo',
  'lozinka',
  'zaporka',
  'geslo',
  'slaptazodis',
  'parool',
  'sifre',
  // Vietnamese, Indonesian.
  'mat khau',
  'kata ?sandi',
  // Cyrillic, Greek.
  'пароль',
  'парола',
  'лозинка',
  'κωδικος',
  'συνθηματικο',
  // Scripts that write no spaces or no capitals.
  'סיסמה',
  'סיסמא',
  'كلمة المرور',
  'كلمة السر',
  '密码',
  '密碼',
  '口令',
  'パスワード',
  '비밀번호',
  '암호',
  'รหัสผ่าน',
].map((word) => withoutMarks(word))

/** Words that often mean something else: what follows must look like a password by itself. */
const weakWords = ['pass', 'pw', 'clave', 'parola', 'parole', 'sifra', 'secret', 'cred', 'creds']

/** What may stand between the word and the password: `initial password for svc is: …`. */
const fillers = [
  'is',
  'was',
  'now',
  'new',
  'old',
  'initial',
  'temp',
  'temporary',
  'default',
  'set to',
  'ist',
  'war',
  'lautet',
  'neu',
  'est',
  'es',
  'era',
  'e',
  'jest',
  'ar',
  'for \\S{1,40}',
  'fur \\S{1,40}',
  'pour \\S{1,40}',
  'para \\S{1,40}',
  'per \\S{1,40}',
  'voor \\S{1,40}',
  'of \\S{1,40}',
].join('|')

const labelled = new RegExp(
  String.raw`(?<![\p{L}\p{N}_])(?:(?<word>${words.join('|')})|(?<weakWord>${weakWords.join('|')}))` +
    String.raw`(?<between>(?: ?\([^()]{0,40}\)| (?:${fillers})){0,2})` +
    String.raw`(?<joint>\s{0,4}(?:[:=：＝→]|=>|->)\s{0,4}|\s{1,4}[-–—]\s{1,4}|\s{1,4}|(?<=[^\p{ASCII}]))` +
    String.raw`(?<token>\S{1,130})`,
  'giu',
)

/** Words that stand where a password would, in sentences about passwords. */
const notSecrets = new Set(
  (
    'never expire expires expired expiry expiration unknown required reset resets change changed changes changing disabled enabled removed hidden none ' +
    'random randomized generated managed rotated rotation stored protected policy policies manager vault keepass cyberark bitwarden lastpass thycotic ' +
    'delinea passbolt hashicorp secretserver default standard complex strong blank empty nothing contact please unchanged confidential encrypted ' +
    'sync synced synchronized synchronization hash writeback filter protection solution service account accounts recovery restore ' +
    'unbekannt niemals geandert zuruckgesetzt gesperrt keines aucun jamais inconnu nunca jamas desconocida ninguna siehe lauft abgelaufen ' +
    'ablaufend verwaltet nicht anderung zurucksetzen expirado expirada caducada modifie change oublie olvidada vergessen forgotten verlopen vergeten onbekend'
  ).split(' '),
)

interface Setting {
  /** What stood between the word and the token. */
  readonly joint: string
  readonly isWeak: boolean
  /** Nothing follows the token. */
  readonly isAll: boolean
}

/** Whether what follows a word for password is one, and not the sentence going on. */
function isSecret(token: string, { joint, isWeak, isAll }: Setting): boolean {
  if (isMask(token) || isKnownForm(token)) return false
  if (notSecrets.has(token.toLowerCase().replace(/[?!]+$/, ''))) return false
  const kinds = kindsOf(token)
  const isMarked = /[:=：＝→>]/u.test(joint)
  const isMixed = kinds.hasLetter && (kinds.hasDigit || kinds.hasSign) && !isHyphenated(token)
  if (isMixed && (isMarked || !isWeak || (kinds.hasSmall && kinds.hasDigit))) return true
  // A lone word or number: only behind a colon or the like, and a word only when the text ends with it.
  if (isWeak || !isMarked) return false
  return kinds.hasLetter ? isAll && !isHyphenated(token) : kinds.hasDigit
}

/** Words joined by hyphens, apostrophes or slashes are language, not a password. */
function isHyphenated(token: string): boolean {
  return /^\p{L}+(?:[-'’/.]\p{L}+)+$/u.test(token)
}

/** Stars, dots or the like where a password was taken out. */
function isMask(token: string): boolean {
  return /^(.)\1*$/u.test(token) || /^[<[({].*[>\])}]$/.test(token) || /^[*•xX.#_-]+$/u.test(token)
}

/** Things with digits and signs that are no passwords. */
function isKnownForm(token: string): boolean {
  return knownForms.some((form) => form.test(token))
}

const knownForms = [
  // Dates and times.
  /^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[T,;]?\d{1,2}:\d\d.*)?$/,
  /^\d{1,2}[-./]?\p{L}{3,9}[-./]?\d{2,4}$/u,
  /^(?:19|20)\d{6}$/,
  /^\p{L}{3,9}[-./]\d{2,4}$/u,
  // Telephone numbers.
  /^(?=.*[+()/.-])\+?\(?\d[\d ()/.-]{5,}$/,
  // GUIDs, SIDs, hashes.
  /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i,
  /^S-1-\d+(?:-\d+)+$/i,
  /^[0-9a-f]{16,}$/i,
  // Addresses, paths, host names, URLs.
  /^[^\s@]{1,64}@[^\s@]+\.\p{L}{2,}$/u,
  /^[\p{L}\d+.-]+:\/\//u,
  /^\\\\|^[a-z]:\\|^\p{L}[\p{L}\p{N}.-]*\\[\p{L}\p{N}._$-]+$/iu,
  /^(?:\d{1,3}\.){3}\d{1,3}(?:[:/]\d+)?$/,
  /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i,
  /^(?:CN|OU|DC)=/i,
  /^[\p{L}\d-]+(?:\.[\p{L}\d-]+){2,}$/u,
  // Tickets, knowledge base articles, percentages, computer accounts.
  /^(?:KB|INC|REQ|CHG|RITM|TASK|SR|CR|CASE|TICKET|JIRA)[-_#]?\d+$/i,
  /^\p{L}+[-_. ]?#\d+$/u,
  /^[#@][\p{L}\p{N}_]+$/u,
  /^\p{L}*\d+%$/u,
  /^[\p{L}\d_.-]+\$$/u,
]

/** Whether a token has all four kinds of characters, and no known form. */
function looksRandom(token: string): boolean {
  const { hasSmall, hasCapital, hasDigit, hasStrongSign } = kindsOf(token)
  return (
    hasSmall &&
    hasCapital &&
    hasDigit &&
    hasStrongSign &&
    !isKnownForm(token) &&
    !isMask(token) &&
    !/[\\/;|=]/.test(token)
  )
}

function kindsOf(
  token: string,
): Record<
  'hasLetter' | 'hasSmall' | 'hasCapital' | 'hasDigit' | 'hasSign' | 'hasStrongSign',
  boolean
> {
  return {
    hasLetter: /\p{L}/u.test(token),
    hasSmall: /\p{Ll}/u.test(token),
    hasCapital: /\p{Lu}/u.test(token),
    hasDigit: /\p{N}/u.test(token),
    hasSign: /[^\p{L}\p{N}\s]/u.test(token),
    // Signs that seldom join words or numbers.
    hasStrongSign: /[!@#$%^*?~]/.test(token),
  }
}

/** Whether what follows a token is nothing but closing marks. */
function isEnd(rest: string): boolean {
  return /^[\])}"'»”.,;!]*$/u.test(rest) || /^[\r\n;|,(]/.test(rest)
}

/** A token without the quotes, brackets and full stops around it. */
function trimToken(token: string): string {
  return token.replace(/^["'«„“‚‘`([{<]+/u, '').replace(/["'»”“’`)\]}>.,;:?]+$/u, '')
}

/** Letters without accents, so that `contraseña` and `contrasena` are the same. */
function withoutMarks(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').normalize('NFC')
}
