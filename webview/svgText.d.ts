/** The bundler puts the text of an icon into the page. */
declare module '*.svg' {
  const text: string;
  export default text;
}
