/** Reports as pages: how they lead into the documentation. */
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { renderPage } from './page.ts';
import type { Page } from './page.ts';

const root = join(import.meta.dirname, '../..');

/** The way from a file to the documentation; none from outside the folder that has it, for it would name that folder. */
export function wayToDocs(file: string): string | undefined {
  const isInside = !relative(root, resolve(file)).startsWith('..');
  const way = relative(dirname(resolve(file)), join(root, 'docs')).replaceAll('\\', '/');
  return isInside && existsSync(join(root, 'docs')) ? `${way}/` : undefined;
}

/** The page as it is written to that file. */
export const pageText = (file: string, page: Page): string => renderPage(page, wayToDocs(file));
