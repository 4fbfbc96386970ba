import { boundsAt } from "@open-vcluster/api";
import { refusedField } from "../translate/refuse.ts";

/** Whether labels match a selector. */
export type LabelMatch = (labels: Readonly<Record<string, string>>) => boolean;

const { maxLength: MAX_LENGTH } = boundsAt("ListVClustersRequest.label_selector", "maxLength");
const MAX_TERMS = 32;
const KEY = String.raw`(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?`;
const VALUE = String.raw`(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?`;
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE})$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${KEY})$`);
const WHOLE_VALUE = new RegExp(`^${VALUE}$`);

/**
 * Reads a Kubernetes label selector: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined by commas.
 * The empty selector matches everything. Pure.
 *
 * @throws Failure `invalid` that names the field and the term.
 */
export function parseSelector(text: string, field = "label_selector"): LabelMatch {
  if (text.length > MAX_LENGTH)
    throw refusedField(field, `is longer than ${MAX_LENGTH} characters`);
  if (text.trim() === "") return () => true;
  const terms = split(text);
  if (terms.length > MAX_TERMS) throw refusedField(field, `has more than ${MAX_TERMS} terms`);
  const matches = terms.map((term) => {
    const match = matchOf(term.trim());
    if (match === undefined) {
      throw refusedField(
        field,
        `has the term "${term.trim()}"; write terms such as env=prod or tier in (a,b)`,
      );
    }
    return match;
  });
  return (labels) => matches.every((match) => match(labels));
}

/** Commas inside parentheses belong to their term. */
function split(text: string): readonly string[] {
  return text.split(/,(?![^(]*\))/);
}

function matchOf(term: string): LabelMatch | undefined {
  return equalityOf(term) ?? setOf(term) ?? existenceOf(term);
}

function equalityOf(term: string): LabelMatch | undefined {
  const [, key, operator, value] = EQUALITY.exec(term) ?? [];
  if (key === undefined) return undefined;
  return operator === "!=" ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
}

function setOf(term: string): LabelMatch | undefined {
  const [, key, operator, list] = SET.exec(term) ?? [];
  if (key === undefined || list === undefined) return undefined;
  const values = list.split(",").map((value) => value.trim());
  if (!values.every((value) => WHOLE_VALUE.test(value))) return undefined;
  const isIn: LabelMatch = (labels) => {
    const value = labels[key];
    return value !== undefined && values.includes(value);
  };
  return operator === "in" ? isIn : (labels) => !isIn(labels);
}

function existenceOf(term: string): LabelMatch | undefined {
  const [, not, key] = EXISTENCE.exec(term) ?? [];
  if (key === undefined) return undefined;
  return (labels) => Object.hasOwn(labels, key) === (not === "");
}
