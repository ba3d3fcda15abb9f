/** What every row has around it: the line and name of its agent, and the menu with copy, event and who did it. */
import { Component, type ComponentChildren } from 'preact';
import { formatTime } from '../format.ts';
import { MenuButton } from '../menu.tsx';
import { useChat } from '../session/chat-context.ts';
import { strings } from '../strings.ts';
import { agentColour } from './agent-colour.ts';
import './row-frame.css';
import { rowText } from './row-text.ts';
import { type Row, standsAlone } from './rows.ts';

interface RowFrameProps {
  readonly row: Row;
  readonly leads: boolean;
  readonly children: ComponentChildren;
}

export function RowFrame({ row, leads, children }: RowFrameProps) {
  const chat = useChat();
  const isOfAgent = !standsAlone(row);
  const colour = isOfAgent ? ` of-agent ${agentColour(row.agent, chat.rootHead.peek()?.agent ?? '')}` : '';
  return (
    <div class={`row row-${row.kind}${colour}${leads ? ' leads' : ''}`} data-key={row.key}>
      {isOfAgent && leads && <h3 class="row-agent">{row.agent}</h3>}
      <div class="row-body">
        <RowGuard what={strings.app.brokenRow}>{children}</RowGuard>
      </div>
      <div class="row-menu">
        <RowMenu row={row} />
      </div>
    </div>
  );
}

function RowMenu({ row }: { readonly row: Row }) {
  const { post } = useChat();
  const copy = () => post({ type: 'copy', text: rowText(row) });
  const isStored = !('streaming' in row && row.streaming);
  const showEvent = {
    label: strings.row.showEvent,
    icon: 'json',
    run: () => post({ type: 'showEvent', seq: row.lastSeq }),
  };
  const details: [string, string][] = [
    [strings.row.agent, row.agent],
    ...(row.service === undefined ? [] : [[strings.row.service, row.service] as [string, string]]),
    ...(row.model === undefined ? [] : [[strings.row.model, row.model] as [string, string]]),
    [strings.row.time, formatTime(row.at)],
  ];
  return (
    <MenuButton
      label={strings.row.menu}
      icon="ellipsis"
      items={[{ label: strings.row.copy, icon: 'copy', run: copy }, ...(isStored ? [showEvent] : [])]}
      details={details}
    />
  );
}

/** A row that cannot be shown says so; the others stay. The error goes where all errors of the app go. */
class RowGuard extends Component<{ what: string; children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };
  override componentDidCatch(error: unknown): void {
    this.setState({ failed: true });
    reportError(error);
  }
  override render() {
    return this.state.failed ? <p class="dim">{this.props.what}</p> : this.props.children;
  }
}
