/** A file that is written by a script. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}
