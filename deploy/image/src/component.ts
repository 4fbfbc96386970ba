/** Something of others that is inside the image. */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** Package URL: https://github.com/package-url/purl-spec */
  readonly purl: string;
  /** SPDX expression. */
  readonly licence: string;
  /** Licences and notices as their authors wrote them. */
  readonly texts: readonly string[];
}

/** The same thing in two places counts once; by package URL. Pure. */
export function distinct(components: readonly Component[]): readonly Component[] {
  const byPurl = new Map(components.map((each) => [each.purl, each]));
  return [...byPurl.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
}
