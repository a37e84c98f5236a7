import type TypeScript from "typescript";

import type { Remark } from "./type-check.ts";

/**
 * What the export `transform` of a file may return and no transform may: the function would refuse
 * every such record. A transform that is annotated (`: Transform`) has been checked already.
 */
export function describeReturns(
  ts: typeof TypeScript,
  program: TypeScript.Program,
  file: string,
): readonly Remark[] {
  const source = program.getSourceFile(file);
  const checker = program.getTypeChecker();
  const symbol = source && checker.getSymbolAtLocation(source);
  const exported =
    symbol && checker.getExportsOfModule(symbol).find(({ name }) => name === "transform");
  if (source === undefined || exported === undefined || isUnchecked(source)) return [];

  const declaration = exported.declarations?.[0];
  const at = {
    source: declaration?.getSourceFile() ?? source,
    position: declaration?.getStart() ?? 0,
  };
  const type = checker.getTypeOfSymbolAtLocation(exported, source);
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return [];
  const [signature] = type.getCallSignatures();
  if (signature === undefined)
    return [{ ...at, text: 'The export "transform" is not a function.' }];
  const returned = checker.getReturnTypeOfSignature(signature);
  const kinds = new Set(membersOf(returned).map((member) => wrongKind(ts, checker, member)));
  kinds.delete(undefined);
  return [...kinds].map((kind) => ({ ...at, text: `The transform returns ${kind ?? ""}.` }));
}

function membersOf(type: TypeScript.Type): readonly TypeScript.Type[] {
  return type.isUnion() ? type.types : [type];
}

/** Undefined for what may be returned, or may turn out to be right. */
function wrongKind(
  ts: typeof TypeScript,
  checker: TypeScript.TypeChecker,
  type: TypeScript.Type,
): string | undefined {
  const { TypeFlags } = ts;
  if (type.flags & (TypeFlags.Undefined | TypeFlags.Void))
    return "nothing in some cases: forgot `return`? `null` leaves a record out";
  if (type.flags & TypeFlags.StringLike) return "a string; it has to be an event, several, or null";
  if (type.flags & TypeFlags.NumberLike) return "a number; it has to be an event, several, or null";
  if (type.flags & TypeFlags.BooleanLike)
    return "a boolean; it has to be an event, several, or null";
  if (checker.getPropertyOfType(type, "then") !== undefined && type.symbol.name === "Promise")
    return "a promise; it has to be synchronous";
  return undefined;
}

function isUnchecked(source: TypeScript.SourceFile): boolean {
  return /^\s*\/\/\s*@ts-nocheck\b/m.test(source.text.slice(0, source.getStart()));
}
