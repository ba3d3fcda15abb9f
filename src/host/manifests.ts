/**
 * Manifests remembered by the content of the file they came from, so that a known service need not be
 * started to learn what it offers (RT-11). A changed file has another hash and is described anew.
 */
import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import type { ServiceSpec } from '../definitions/service-spec.ts';
import { Manifest } from '../protocol/manifest.ts';
import { SourceHashes } from './source-hashes.ts';

/** `dist/manifests.json`, written by the build: sha256 of the entry file → manifest. */
const ManifestFile = z.record(z.string(), Manifest);

export interface ManifestCache {
  /** The manifest of this very content, or undefined when the service has to be asked. */
  get(spec: ServiceSpec): Promise<Manifest | undefined>;
  put(spec: ServiceSpec, manifest: Manifest): Promise<void>;
  /** What a service of this name last said it offers, whatever its file is now. Lasts as long as the cache. */
  lastSeen(spec: ServiceSpec): Manifest | undefined;
}

/** @param file a manifest file to begin with; one that is missing or unreadable means starting empty. */
export function createManifestCache(file?: string): ManifestCache {
  const known = new Map<string, Manifest>();
  const hashes = new SourceHashes();
  const seen = new Map<string, Manifest>();
  const loaded = file === undefined ? Promise.resolve() : load(file, known);

  /** Our own services are one file each. */
  const hashOf = ({ entry, origin }: ServiceSpec) => {
    if (entry === undefined) return undefined;
    return origin === 'built-in' ? hashes.ofFile(entry) : hashes.ofModule(entry);
  };
  return {
    async get(spec) {
      await loaded;
      const hash = await hashOf(spec);
      return hash === undefined ? undefined : known.get(hash);
    },
    async put(spec, manifest) {
      seen.set(placeOf(spec), manifest);
      // Its tools may be others the next time, with the same file.
      if (manifest.capabilities.tool_sources) return;
      const hash = await hashOf(spec);
      if (hash !== undefined) known.set(hash, manifest);
    },
    lastSeen: (spec) => seen.get(placeOf(spec)),
  };
}

/** A service is the same one as long as the same settings call it by the same name. */
function placeOf({ origin, name }: ServiceSpec): string {
  return JSON.stringify([origin, name]);
}

async function load(file: string, known: Map<string, Manifest>): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  for (const [hash, manifest] of Object.entries(parse(text))) known.set(hash, manifest);
}

/** Empty for anything but manifests: they only save time, and are asked for anew without them. */
function parse(text: string): Record<string, Manifest> {
  try {
    return ManifestFile.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
