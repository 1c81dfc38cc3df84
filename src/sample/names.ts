/** Given names of several languages, put together with any surname: the people of a sample do not exist. */
const givenNames = [
  'Aaliyah', 'Aino', 'Alejandro', 'Amélie', 'Amina', 'Andrei', 'Anneke', 'Antonella', 'Asbjørn', 'Ayşe', 'Bartłomiej', 'Beatriz',
  'Bjarte', 'Björn', 'Bronisława', 'Camille', 'Carmen', 'Chiara', 'Ciarán', 'Cornelis', 'Dagmar', 'Darragh', 'Dilnoza', 'Dmytro',
  'Dorothea', 'Eilidh', 'Ekaterina', 'Elif', 'Emeka', 'Étienne', 'Fatima', 'Femke', 'Fionn', 'František', 'Gabriela', 'Giacomo',
  'Gintarė', 'Giulia', 'Hamid', 'Hanna', 'Håkon', 'Hélène', 'Henrik', 'Ilse', 'Ines', 'Ingeborg', 'Ioana', 'Isak', 'Ivana', 'Jānis',
  'Jesús', 'Jiří', 'Joana', 'Jolanda', 'Jörg', 'José', 'Kaja', 'Katarzyna', 'Kenji', 'Kirsten', 'Kristóf', 'Laila', 'Leïla', 'Liesbeth',
  'Lorenzo', 'Lúcia', 'Ludovica', 'Maarten', 'Magnus', 'Małgorzata', 'Marek', 'María', 'Mateus', 'Mehmet', 'Mette', 'Mihai', 'Milica',
  'Mirela', 'Mónika', 'Nadia', 'Ngozi', 'Niamh', 'Nikolaj', 'Nour', 'Oksana', 'Olaf', 'Omar', 'Oriol', 'Pál', 'Paola', 'Petra', 'Pilar',
  'Radmila', 'Rania', 'Rasmus', 'Renée', 'Rūta', 'Salma', 'Sander', 'Saoirse', 'Şebnem', 'Siobhán', 'Søren', 'Stanisław', 'Sunniva',
  'Tamás', 'Tatjana', 'Teresa', 'Thabo', 'Tomasz', 'Ulrike', 'Václav', 'Vesna', 'Victoria', 'Wanjiru', 'Willem', 'Yannick', 'Yuki',
  'Zeynep', 'Zofia', 'Zsófia',
] as const

/** Surnames of several languages. */
const surnames = [
  'Abadi', 'Aguilar', 'Åkerlund', 'Albrecht', 'Almeida', 'Andersson', 'Antonescu', 'Arslan', 'Aubert', 'Bakker', 'Balogh', 'Bartoš',
  'Bellini', 'Benítez', 'Bergström', 'Bielak', 'Bjørnstad', 'Blanchard', 'Bondarenko', 'Brânză', 'Byrne', 'Čapek', 'Cardoso', 'Castelli',
  'Çelik', 'Chevalier', 'Conti', 'Czarnecki', 'Dąbrowski', 'Dalgaard', 'De Clercq', 'De Vries', 'Delgado', 'Demir', 'Diallo', 'Dobrev',
  'Đorđević', 'Doyle', 'Duarte', 'Dubois', 'Eklund', 'Engström', 'Erdoğdu', 'Esposito', 'Fabre', 'Farkas', 'Fernandes', 'Ferrari',
  'Fischer', 'Fjeld', 'Fontaine', 'Friis', 'Gallagher', 'García', 'Georgiou', 'Giordano', 'Głowacki', 'Gómez', 'Gruber', 'Grünwald',
  'Haddad', 'Halvorsen', 'Hartmann', 'Hendriks', 'Hernández', 'Hofer', 'Horváth', 'Hristov', 'Hussain', 'Ibáñez', 'Ionescu', 'Ivanov',
  'Jakobsen', 'Jansen', 'Janković', 'Järvinen', 'Jokinen', 'Kamau', 'Kaplan', 'Keller', 'Khan', 'Kowalczyk', 'Kovács', 'Krasniqi',
  'Krüger', 'Kučera', 'Lacroix', 'Larsen', 'Laurent', 'Lefèvre', 'Lehtonen', 'Lindqvist', 'Łuczak', 'Macháček', 'Malik', 'Marchetti',
  'Martínez', 'Mazur', 'Mbeki', 'Meier', 'Mendes', 'Möller', 'Moreau', 'Moretti', 'Müller', 'Nagy', 'Nakamura', 'Navarro', 'Nguyen',
  'Nilsson', 'Nowicki', "O'Brien", "O'Sullivan", 'Øien', 'Okafor', 'Oliveira', 'Ölmez', 'Pacheco', 'Palmgren', 'Papadakis', 'Pavlović',
  'Pereira', 'Petersen', 'Petrov', 'Popescu', 'Procházka', 'Quintero', 'Radić', 'Ramírez', 'Rasmussen', 'Richter', 'Romano', 'Roux',
  'Russo', 'Sadowska', 'Salonen', 'Sánchez', 'Santos', 'Sato', 'Schäfer', 'Schröder', 'Şahin', 'Silva', 'Šimek', 'Sjöberg', 'Sokolov',
  'Sørensen', 'Stefanović', 'Szabó', 'Tanaka', 'Tavares', 'Thorsen', 'Toivonen', 'Tóth', 'Van den Berg', 'Van Dijk', 'Vasquez', 'Vogel',
  'Walsh', 'Weber', 'Wójcik', 'Yamada', 'Yıldız', 'Zając', 'Zapata', 'Ziegler', 'Žukauskas',
] as const

/** A person of a sample. */
export interface Person {
  readonly givenName: string
  readonly surname: string
  /** `Aino Müller`, with a number where there are several of that name. */
  readonly fullName: string
  /** At most 20 ASCII characters, different for each index. */
  readonly account: string
  /** Local part of the user principal name, different for each index. */
  readonly mailName: string
}

/** The `index`-th person: names come in no order that can be seen, and each combination once before any comes twice. */
export function person(index: number): Person {
  const combinations = givenNames.length * surnames.length
  const place = (index * STEP + 4711) % combinations
  const givenName = givenNames[place % givenNames.length]!
  const surname = surnames[Math.floor(place / givenNames.length)]!
  const round = Math.floor(index / combinations)
  const suffix = round === 0 ? '' : String(round + 1)
  const plainSurname = ascii(surname)
  return {
    givenName,
    surname,
    fullName: suffix === '' ? `${givenName} ${surname}` : `${givenName} ${surname} ${suffix}`,
    account: `${ascii(givenName).slice(0, 1)}.${plainSurname.slice(0, 10)}.${index.toString(36)}`,
    mailName: `${ascii(givenName)}.${plainSurname}${suffix}`,
  }
}

/** Shares no factor with the number of combinations, so that every one is met. */
const STEP = 9973

const plain = new Map<string, string>()

/** Lower-case ASCII letters of a name. */
function ascii(name: string): string {
  let known = plain.get(name)
  if (known === undefined) {
    known = name
      .toLowerCase()
      .replaceAll(/[łøđıßæ]/g, (letter) => ({ ł: 'l', ø: 'o', đ: 'd', ı: 'i', ß: 'ss', æ: 'ae' })[letter] ?? letter)
      .normalize('NFD')
      .replaceAll(/[^a-z]/g, '')
    plain.set(name, known)
  }
  return known
}
