/** Colours for what is drawn on a canvas or as SVG: those of the editor's theme, read anew when it changes. */

export interface Theme {
  readonly kind: 'light' | 'dark' | 'highContrast' | 'highContrastLight';
  readonly isDark: boolean;
  readonly background: string;
  readonly foreground: string;
  /** Axes, captions: readable, but behind the data. */
  readonly muted: string;
  readonly grid: string;
  readonly border: string;
  readonly focus: string;
  /** Categories, in the order of the variants: those of Okabe and Ito, told apart with every kind of colour vision. */
  readonly series: readonly string[];
  /** From nothing to everything: activity of a unit. */
  readonly unitLow: string;
  readonly unitHigh: string;
  readonly positive: string;
  readonly negative: string;
  readonly dropped: string;
}

/** Beside its colour each variant has a dash pattern and a marker, so that colour is never needed. */
export const DASHES: ReadonlyArray<readonly number[]> = [[], [7, 4], [2, 3], [9, 3, 2, 3], [14, 4], [5, 2, 1, 2]];
export const MARKERS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'plus'] as const;
export type Marker = (typeof MARKERS)[number];

const LIGHT = ['#0072b2', '#b84e00', '#007a59', '#a8487f', '#7a6200', '#3b6fa8', '#444444'];
const DARK = ['#56b4e9', '#f0a03c', '#35c89a', '#e79cc6', '#f0e442', '#8fb8ff', '#cccccc'];

/** For files that are saved, on white. */
export const EXPORT_COLORS = LIGHT;

/** Element `index` of a list that begins anew at its end. */
export function nth<T>(list: readonly T[], index: number): T {
  return list[index % list.length]!;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const color = (...names: readonly string[]) =>
    names.map(name => style.getPropertyValue(`--vscode-${name}`).trim()).find(Boolean);
  const kind = themeKind();
  const isDark = kind === 'dark' || kind === 'highContrast';
  const foreground = color('editor-foreground', 'foreground') ?? (isDark ? '#cccccc' : '#333333');
  const isContrast = kind === 'highContrast' || kind === 'highContrastLight';
  return {
    kind,
    isDark,
    background: color('editor-background') ?? (isDark ? '#1e1e1e' : '#ffffff'),
    foreground,
    muted: isContrast ? foreground : (color('descriptionForeground') ?? foreground),
    grid: isDark ? 'rgba(255, 255, 255, 0.1)' : 'rgba(0, 0, 0, 0.1)',
    border: color('contrastBorder', 'panel-border', 'widget-border') ?? foreground,
    focus: color('focusBorder') ?? '#007fd4',
    series: isDark ? DARK : LIGHT,
    unitLow: isDark ? '#28475e' : '#d6e6f2',
    unitHigh: isDark ? '#7cc7f5' : '#0b63a0',
    positive: isDark ? '#56b4e9' : '#0072b2',
    negative: isDark ? '#f0a03c' : '#c05000',
    dropped: isDark ? '#ff8a65' : '#b3380b',
  };
}

function themeKind(): Theme['kind'] {
  const {classList} = document.body;
  if (classList.contains('vscode-high-contrast-light')) return 'highContrastLight';
  if (classList.contains('vscode-high-contrast')) return 'highContrast';
  return classList.contains('vscode-light') ? 'light' : 'dark';
}

/** VS Code changes the classes of the body with the theme. */
export function onThemeChange(listener: () => void): void {
  new MutationObserver(listener).observe(document.body, {attributes: true, attributeFilter: ['class', 'style']});
  new MutationObserver(listener).observe(document.documentElement, {attributes: true, attributeFilter: ['style']});
}

let lessMotion: MediaQueryList | undefined;

/** Asked of the system or of VS Code: nothing moves by itself then. */
export function wantsLessMotion(): boolean {
  lessMotion ??= matchMedia('(prefers-reduced-motion: reduce)');
  return lessMotion.matches || document.body.classList.contains('vscode-reduce-motion');
}

/** A colour between two of the form #rrggbb. @param share 0: the first, 1: the second */
export function mix(from: string, to: string, share: number): string {
  const [a, b] = [Number.parseInt(from.slice(1), 16), Number.parseInt(to.slice(1), 16)];
  const part = (shift: number) => {
    const [x, y] = [(a >> shift) & 255, (b >> shift) & 255];
    return Math.round(x + (y - x) * Math.min(1, Math.max(0, share)));
  };
  return `rgb(${part(16)}, ${part(8)}, ${part(0)})`;
}
