import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {DataError} from '../data/dataError.ts';
import {exclude, removeKey, setTo} from '../document/commonFixes.ts';
import {type Path, valueAt} from '../document/documentPath.ts';
import type {DocumentFix} from '../document/documentProblem.ts';

/** Ways out of a mistake in the data that a change of the document is. @param path of the key that it concerns */
export function dataErrorFixes(
  {code, meant, column}: DataError,
  path: Path,
  document: ResolvedDocument,
): DocumentFix[] {
  if (meant !== undefined) return meantFixes(path, meant, document);
  const name = typeof column === 'string' ? column : undefined;
  switch (code) {
    case 'empty-column':
    case 'identifier-column':
    case 'too-many-categories':
    case 'nested-value':
      return name === undefined || name === document.data.target ? [] : [exclude(name)];
    case 'text-among-numbers':
    case 'not-finite':
    case 'decimal-comma':
      if (name === undefined || name === document.data.target) return [];
      return [setTo(['data', 'columns', name, 'type'], 'categorical', `the type of "${name}"`), exclude(name)];
    case 'target-not-numeric':
    case 'positive-class-without-classes':
      return [setTo(['data', 'task'], 'classification')];
    case 'too-many-classes':
      return [setTo(['data', 'task'], 'regression')];
    case 'positive-class-of-many':
    case 'not-an-input':
    case 'needed-column-ignored':
      return [removeKey(path)];
    case 'wrong-missing':
      return [removeKey(path)];
    default:
      return [];
  }
}

/** The name that was meant, at the key itself, in the list that holds it, or as the name of the column's settings. */
function meantFixes(path: Path, meant: string, document: ResolvedDocument): DocumentFix[] {
  const value = valueAt(document, path);
  if (typeof value === 'string') return [setTo(path, meant)];
  if (path.length === 3 && path[1] === 'columns') {
    return [{title: `Rename to "${meant}"`, edits: [{kind: 'renameKey', path, key: meant}]}];
  }
  return [];
}
