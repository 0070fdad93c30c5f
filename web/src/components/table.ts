/** What a column of `DataTable` is. */
export interface TableColumn {
  key: string;
  title: string;
  align?: "left" | "right";
  /** Sort word of the server, when the list can be sorted by this column. */
  sort?: string;
  width?: string;
  /** The name of the row; can't be hidden. */
  isFixed?: boolean;
  /** Hidden until the reader chooses it. */
  isExtra?: boolean;
}
