import {closestName, withoutStyle} from '../closestName.ts';
import {atStart, layerTypes, nameOfObject} from './describePlace.ts';
import {type Path, valueAt} from './documentPath.ts';
import {inline, quoted} from './documentProblem.ts';
import {allKeys, type KeyPlace, placesOfKey, schemaAt} from './documentSchema.ts';
import {namesCalled, otherNames} from './otherNames.ts';

/**
 * @param path of the object that has the key
 * @returns `meant`: the key of the same object that was probably meant
 */
export function describeUnknownKey(key: string, path: Path, document: unknown): {message: string; meant?: string} {
  const object = valueAt(document, path);
  const value = valueAt(object, [key]);
  const allowed = Object.keys(schemaAt(path, document)?.properties ?? {});
  const unknown = `Unknown key ${quoted(key)}`;

  const aboutRate = allowed.includes('rate') ? keptShare(key, value) : undefined;
  if (aboutRate) return {message: `${unknown}. ${aboutRate}`, meant: 'rate'};
  if (withoutStyle(key) === 'maxw2' && allowed.includes('maxNorm')) {
    const instead =
      typeof value === 'number' && value > 0 ? `: write "maxNorm": ${Number(Math.sqrt(value).toPrecision(4))}` : '';
    return {message: `${unknown}. H2O's max_w2 bounds the squared norm, maxNorm the norm${instead}.`, meant: 'maxNorm'};
  }
  const ownLayer = path[0] === 'layers' ? layerOfItsOwn(key, value) : undefined;
  if (ownLayer) return {message: `${unknown}. ${ownLayer}`};

  const elsewhere = placesNear(key, path);
  if (elsewhere.length > 0 && !allowed.some(each => each.toLowerCase() === key.toLowerCase())) {
    return {message: `${unknown} in ${nameOfObject(path, object, document)}. ${belongs(elsewhere, path)}`};
  }
  const near = closestName(key, allowed) ?? otherNames(key, allowed);
  if (near) return {message: `${unknown}. Did you mean ${quoted(near)}?`, meant: near};
  const nearElsewhere = closestName(key, allKeys());
  for (const called of [...namesCalled(key), ...(nearElsewhere ? [nearElsewhere] : [])]) {
    const places = placesNear(called, path);
    if (places.length > 0)
      return {message: `${unknown}. It is called ${quoted(called)} and belongs ${whereTo(places)}.`};
  }
  if (/^(_|\/\/|#|comment|note|description)/i.test(key)) return {message: `${unknown}. Write a comment instead: // …`};
  return {message: `${unknown}. ${atStart(nameOfObject(path, object, document))} knows ${keyList(allowed)}.`};
}

function keptShare(key: string, value: unknown): string | undefined {
  const plain = withoutStyle(key);
  const isShare = typeof value === 'number' && value > 0 && value <= 1;
  if (['keepprob', 'keep', 'keepprobability', 'keeprate', 'kept', 'retain'].includes(plain)) {
    const instead = isShare ? `: write "rate": ${Number((1 - value).toPrecision(12))}` : '';
    return `rate is the share dropped, 1 − the share kept${instead}.`;
  }
  if (plain === 'p') {
    const both = isShare
      ? `: ${value} if p is PyTorch's, ${Number((1 - value).toPrecision(12))} if it is the share kept`
      : '';
    return `Write "rate", the share dropped${both}.`;
  }
  return undefined;
}

/** What other libraries set on a dense layer is a layer of its own here. */
function layerOfItsOwn(key: string, value: unknown): string | undefined {
  const plain = withoutStyle(key).replace(/rate$/, '');
  const type = layerTypes().find(each => each.toLowerCase() === plain && each !== 'activation' && each !== 'dense');
  if (!type) return undefined;
  const isShare = typeof value === 'number' && value >= 0 && value < 1;
  const rate = type.toLowerCase().includes('dropout') ? {rate: isShare ? value : 0.5} : {};
  if (type === 'dropConnect') return 'A dense layer that drops weights has the type "dropConnect".';
  return `Add a layer ${inline({type, ...rate})} after it.`;
}

/** Where else the key is known: inside this object if anywhere there. Names that stand everywhere say nothing. */
function placesNear(key: string, path: Path): readonly KeyPlace[] {
  if (key === 'type' || key === 'name' || key === 'missing') return [];
  const here = path.filter(step => typeof step === 'string').join('.');
  const places = placesOfKey(key);
  const inside = places.filter(({container}) => here !== '' && container.startsWith(here));
  const all = inside.length > 0 ? inside : places;
  // Of a place and one inside it, the outer one: epochs of training, not of its momentumRamp.
  const chosen = all.filter(each => !all.some(({container}) => each.container.startsWith(`${container}.`)));
  return chosen.length <= 2 ? chosen : [];
}

function belongs(places: readonly KeyPlace[], path: Path): string {
  const here = path.filter(step => typeof step === 'string').join('.');
  const [only] = places;
  if (places.length === 1 && only && only.container === here && only.types.length > 0) {
    return `Only ${andList(only.types.map(quoted))} ${only.types.length === 1 ? 'has' : 'have'} it.`;
  }
  return `It belongs ${whereTo(places)}.`;
}

function whereTo(places: readonly KeyPlace[]): string {
  return places.map(placeName).join(' or ');
}

function placeName({container, types}: KeyPlace): string {
  if (container === '') return 'at the top of the document';
  if (container === 'layers') return `in a layer of the type ${types.map(quoted).join(' or ')}`;
  if (container === 'data.columns.NAME') return 'in data.columns, under the name of a column';
  return types.length > 0 && types.length < 4 ? `in ${container} (${types.map(quoted).join(', ')})` : `in ${container}`;
}

function andList(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function keyList(keys: readonly string[]): string {
  const shownKeys = keys.filter(key => key !== '$schema').slice(0, mostKeys);
  return keys.length > mostKeys ? `${shownKeys.map(quoted).join(', ')} and others` : andList(shownKeys.map(quoted));
}

const mostKeys = 8;
