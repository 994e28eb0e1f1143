/**
 * Mistakes of one place in TypeScript: a source is rewritten so that it holds all of its mutants, and a number says
 * which of them is in force. What runs when a module is loaded is left as it is, for it runs only once.
 */
import * as ts from 'typescript';

export interface CodeMutant {
  /** From 1 on; 0 is the code as it is. */
  readonly number: number;
  readonly file: string;
  readonly line: number;
  readonly kind: CodeKind;
  readonly change: string;
}
export const codeKinds = ['operator', 'number', 'condition negated', 'flag', 'statement left out'] as const;
export type CodeKind = (typeof codeKinds)[number];

const operators: Readonly<Partial<Record<ts.SyntaxKind, readonly string[]>>> = {
  [ts.SyntaxKind.PlusToken]: ['-'],
  [ts.SyntaxKind.MinusToken]: ['+'],
  [ts.SyntaxKind.AsteriskToken]: ['+'],
  [ts.SyntaxKind.SlashToken]: ['*'],
  [ts.SyntaxKind.PercentToken]: ['*'],
  [ts.SyntaxKind.AmpersandToken]: ['|'],
  [ts.SyntaxKind.BarToken]: ['&'],
  [ts.SyntaxKind.LessThanLessThanToken]: ['>>'],
  [ts.SyntaxKind.GreaterThanGreaterThanToken]: ['<<'],
  [ts.SyntaxKind.LessThanToken]: ['<=', '>='],
  [ts.SyntaxKind.LessThanEqualsToken]: ['<', '>'],
  [ts.SyntaxKind.GreaterThanToken]: ['>=', '<='],
  [ts.SyntaxKind.GreaterThanEqualsToken]: ['>', '<'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: ['!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: ['==='],
  [ts.SyntaxKind.AmpersandAmpersandToken]: ['||'],
  [ts.SyntaxKind.BarBarToken]: ['&&'],
};

/** How the code asks which mutant is in force. */
const active = '$mutant.active';

interface Alternative {
  readonly kind: CodeKind;
  readonly text: string;
}

export function instrument(file: string, source: string, first: number): { text: string; mutants: CodeMutant[] } {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const mutants: CodeMutant[] = [];
  const textOf = (node: ts.Node): string => source.slice(node.getStart(tree), node.end);
  const made = (node: ts.Node, { kind, text }: Alternative): number => {
    const line = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
    const number = first + mutants.length;
    const change = `${short(textOf(node))}${text === '' ? '' : ` → ${short(text)}`}`;
    mutants.push({ number, file, line, kind, change });
    return number;
  };
  const emit = (node: ts.Node, inFunction: boolean): string => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return textOf(node);
    const inside = inFunction || ts.isFunctionLike(node);
    const text = withChildren(node, (child) => emit(child, inside));
    if (!inFunction) return text;
    if (isLeftOut(node))
      return `{ if (${active} !== ${made(node, { kind: 'statement left out', text: '' })}) ${text} }`;
    return alternativesTo(node, textOf).reduceRight(
      (whole, one) => `(${active} === ${made(node, one)} ? ${one.text} : ${whole})`,
      text,
    );
  };
  /** The text of a node, in which its children have other texts. */
  const withChildren = (node: ts.Node, of: (child: ts.Node) => string): string => {
    let [text, at] = ['', node.getStart(tree)];
    ts.forEachChild(node, (child) => {
      const start = child.getStart(tree);
      text += source.slice(at, start) + of(child);
      at = child.end;
    });
    return text + source.slice(at, node.end);
  };
  return { text: emit(tree, false), mutants };
}

const short = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
};

/** A statement that does something and declares nothing. */
const isLeftOut = (node: ts.Node): boolean =>
  ts.isExpressionStatement(node) && (ts.isBlock(node.parent) || ts.isIfStatement(node.parent)) && !isSuper(node);
const isSuper = ({ expression }: ts.ExpressionStatement): boolean =>
  ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword;

function alternativesTo(node: ts.Node, textOf: (node: ts.Node) => string): Alternative[] {
  if (ts.isBinaryExpression(node)) {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    const others = operators[node.operatorToken.kind] ?? [];
    const own = others.map((other): Alternative => ({ kind: 'operator', text: `(${left} ${other} ${right})` }));
    return [...own, ...negated(node, textOf)];
  }
  if (ts.isNumericLiteral(node) && !isName(node)) {
    const value = Number(node.text);
    return [value + 1, value - 1].map((other) => ({ kind: 'number', text: `(${other})` }));
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [{ kind: 'flag', text: 'false' }];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [{ kind: 'flag', text: 'true' }];
  return ts.isExpression(node) ? negated(node, textOf) : [];
}

const isName = ({ parent }: ts.Node): boolean => ts.isPropertyAssignment(parent) && ts.isNumericLiteral(parent.name);

/** A comparison is negated by its own operator already. */
function negated(node: ts.Expression, textOf: (node: ts.Node) => string): Alternative[] {
  const { parent } = node;
  const isCondition =
    ((ts.isIfStatement(parent) || ts.isWhileStatement(parent)) && parent.expression === node) ||
    (ts.isConditionalExpression(parent) && parent.condition === node);
  const isEquality = ts.isBinaryExpression(node) && /^[!=]==$/.test(node.operatorToken.getText());
  return isCondition && !isEquality ? [{ kind: 'condition negated', text: `!(${textOf(node)})` }] : [];
}
