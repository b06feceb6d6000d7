export interface Needs {
  readonly requirements: string;
  readonly variable: string;
  readonly folder: string;
}
export declare const pythons: { readonly pytorch: Needs; readonly tensorflow: Needs };
export declare function pythonFor(needs: Needs): Promise<string>;
