/** The folders and settings that one run of the editor lives in, apart from whatever VS Code the person uses. */
import fs from 'node:fs';
import path from 'node:path';

export interface Profile {
  readonly folder: string;
  readonly userData: string;
  readonly extensions: string;
  /** HOME of the editor and of everything it starts. */
  readonly home: string;
  readonly temp: string;
  /** AMPLIFIER_HOME: Patchbay's own files of the person. */
  readonly amplifierHome: string;
}

export type Settings = Readonly<Record<string, unknown>>;

/** No welcome pages, updates, telemetry or moving things: what is on the screen is the workspace and Patchbay. */
const quietSettings: Settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Dark Modern',
  'workbench.reduceMotion': 'on',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'remote.autoForwardPorts': false,
  'git.openRepositoryInParentFolders': 'never',
  'files.simpleDialog.enable': true,
  // The editor's own agents: their host process costs seconds on a small machine and asks for an account.
  'chat.disableAIFeatures': true,
};

/**
 * Makes a profile's folders below `folder` and writes its settings.
 * @param settings on top of the quiet ones
 */
export function makeProfile(folder: string, settings: Settings = {}): Profile {
  const profile: Profile = {
    folder,
    userData: path.join(folder, 'data'),
    extensions: path.join(folder, 'extensions'),
    home: path.join(folder, 'home'),
    temp: path.join(folder, 'tmp'),
    amplifierHome: path.join(folder, 'home', '.amplifier'),
  };
  for (const place of [profile.extensions, profile.temp, profile.amplifierHome]) {
    fs.mkdirSync(place, { recursive: true });
  }
  writeSettings(profile, settings);
  return profile;
}

/** Replaces the person's settings. In a browser, a workbench that is open takes them over when it is reloaded. */
export function writeSettings(profile: Profile, settings: Settings): void {
  const file = path.join(profile.userData, 'User', 'settings.json');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
}
