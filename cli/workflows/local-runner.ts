/**
 * Runs the jobs of a GitHub workflow on this machine, step by step, as far as our examples need it: `run`, composite
 * actions of this repository, matrices, `needs`, `if: always()`, and artifacts, which are folders. Actions of others
 * that make a machine ready are skipped; one that takes a file is asked whether the file is there.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Values = Readonly<Record<string, string>>;
type Written = Readonly<Record<string, string | number>>;

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Written;
  readonly with?: Written;
}

interface Job {
  readonly needs?: string;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly env?: Written;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

export interface Ran {
  readonly status: number;
  readonly output: string;
}

/** Where a workflow runs: its checkout, its artifacts, and the action that `OWNER/pvm-spec` stands for. */
export interface Places {
  readonly workspace: string;
  readonly artifacts: string;
  readonly action: string;
}

/** `${{ a || b }}`, where each is a name that is known, or nothing. */
const filled = (text: string, values: Values): string =>
  text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => {
    const found = expression.split('||').map((name) => values[name.trim()] ?? '');
    return found.find((value) => value !== '') ?? '';
  });

const allFilled = (of: Written | undefined, values: Values): Record<string, string> =>
  Object.fromEntries(Object.entries(of ?? {}).map(([name, text]) => [name, filled(String(text), values)]));

const prefixed = (prefix: string, of: Values): Values =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [`${prefix}.${name}`, value]));

/** One job, once for each entry of its matrix. */
class Run {
  private status = 0;
  private output = '';

  private readonly places: Places;
  private readonly env: Values;

  constructor(places: Places, env: Values) {
    this.places = places;
    this.env = env;
  }

  steps(steps: readonly Step[], values: Values, env: Values): Ran {
    for (const step of steps) {
      if (this.status === 0 || step.if === 'always()')
        this.step(step, values, { ...env, ...allFilled(step.env, values) });
    }
    return { status: this.status, output: this.output };
  }

  private step(step: Step, values: Values, env: Values): void {
    if (step.run !== undefined) this.script(filled(step.run, values), env);
    else this.action(step.uses ?? '', allFilled(step.with, values), env);
  }

  private script(script: string, env: Values): void {
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], {
      cwd: this.places.workspace,
      env: { ...process.env, ...this.env, ...env },
      encoding: 'utf8',
    });
    this.output += stdout + stderr;
    this.status ||= status ?? 1;
  }

  private action(uses: string, given: Values, env: Values): void {
    const [name = ''] = uses.split('@');
    if (name === 'OWNER/pvm-spec') this.own(given, env);
    else if (name === 'actions/upload-artifact')
      this.copy(this.inWorkspace(given['path']), this.artifact(given['name']));
    else if (name === 'actions/download-artifact') this.download(given);
    else if (name === 'github/codeql-action/upload-sarif') this.there(this.inWorkspace(given['sarif_file']));
    else if (!/^actions\/(checkout|setup-node)$/.test(name)) throw new Error(`unreachable: what is ${uses}?`);
  }

  private own(given: Values, env: Values): void {
    const { inputs, runs } = parse(readFileSync(join(this.places.action, 'action.yml'), 'utf8')) as Action;
    const unknown = Object.keys(given).filter((name) => inputs[name] === undefined);
    const missing = Object.keys(inputs).filter((name) => inputs[name]?.required === true && given[name] === undefined);
    if (unknown.length + missing.length > 0)
      throw new Error(`inputs unknown: ${unknown.join()}, missing: ${missing.join()}`);
    const values = Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [name, given[name] || (input.default ?? '')]),
    );
    const all = { ...prefixed('inputs', values), 'github.run_id': '7777777777777' };
    this.steps(runs.steps, all, { ...env, GITHUB_ACTION_PATH: this.places.action });
  }

  private download({ pattern = '', path = '' }: Values): void {
    const wanted = readdirSync(this.places.artifacts).filter((name) => name.startsWith(pattern.replace('*', '')));
    for (const name of wanted) this.copy(this.artifact(name), this.inWorkspace(path));
  }

  private copy(from: string, to: string): void {
    if (!this.there(from)) return;
    mkdirSync(to, { recursive: true });
    cpSync(from, to, { recursive: true });
  }

  private there(path: string): boolean {
    if (existsSync(path)) return true;
    this.output += `no ${path}\n`;
    this.status ||= 1;
    return false;
  }

  private readonly inWorkspace = (path = ''): string => join(this.places.workspace, path);
  private readonly artifact = (name = ''): string => join(this.places.artifacts, name);
}

const entriesOf = ({ strategy }: Job): Values[] => {
  const [[name, values] = ['', ['']]] = Object.entries(strategy?.matrix ?? {});
  return values.map((value, i) => ({
    [`matrix.${name}`]: String(value),
    'strategy.job-index': String(i),
    'strategy.job-total': String(values.length),
  }));
};

/** Runs all jobs in their order. Returns how each run of each job ended, by the job's name. */
export function runWorkflow(text: string, places: Places, env: Values = {}): Map<string, Ran[]> {
  const workflow = parse(text) as Workflow;
  const ran = new Map<string, Ran[]>();
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const before = job.needs === undefined ? [] : (ran.get(job.needs) ?? []);
    if (before.some(({ status }) => status !== 0)) continue;
    const values = { 'github.run_id': '7777777777777' };
    const own = allFilled(workflow.env, values);
    const runs = entriesOf(job).map((entry) =>
      new Run(places, { ...own, ...env }).steps(job.steps, { ...values, ...entry }, {}),
    );
    ran.set(name, runs);
  }
  return ran;
}
