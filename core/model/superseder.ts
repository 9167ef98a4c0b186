/** An execution of Gantry whose deployment replaced another one. */
export interface Superseder {
  /** The ARN. */
  execution: string;
  kind: 'deploy' | 'rollback';
}
