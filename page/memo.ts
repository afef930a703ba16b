import { Component } from 'preact'
import type { ComponentChild } from 'preact'

/** Drawn again only where a property is another one: of a thousand rows one changes. */
export const memo = <Props extends object>(draw: (props: Props) => ComponentChild): new () => Component<Props> =>
  class extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      const keys = new Set([...Object.keys(next), ...Object.keys(this.props)] as (keyof Props)[])
      return [...keys].some((key) => next[key] !== (this.props as Props)[key])
    }

    override render(props: Props): ComponentChild {
      return draw(props)
    }
  }
