/** Says that the session is only watched here, and offers to go on with it once nobody works in it any more (DL-35). */
import type { Followed } from '../../src/protocol/chat.ts';
import { Button } from '../controls.tsx';
import { Icon } from '../icon.tsx';
import { useChat } from '../session/chat-context.ts';
import { strings } from '../strings.ts';
import './followed-banner.css';

export function FollowedBanner({ followed }: { readonly followed: Followed }) {
  const { head, post } = useChat();
  const { owner, isOwned } = followed;
  const phase = head.value?.phase ?? 'idle';
  return (
    <div class="followed">
      <Icon name={isOwned ? 'eye' : 'unlock'} class="followed-icon" />
      <div class="followed-text" role="status" title={strings.followed.process(owner.pid)}>
        {isOwned ? strings.followed.watching(owner, phase) : strings.followed.left(owner, phase)}
      </div>
      <Button
        appearance={isOwned ? 'secondary' : 'primary'}
        title={isOwned ? strings.followed.takeOverLater(owner) : strings.followed.takeOverTitle}
        isDisabled={isOwned}
        onClick={() => post({ type: 'takeOver' })}
      >
        {strings.followed.takeOver}
      </Button>
    </div>
  );
}
