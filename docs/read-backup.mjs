// Reads a backup without PostgreSQL Backup: Node 18 or newer, its own crypto, and the program zstd. See format.md.
//   BACKUP_ENCRYPTION_KEY=<32 bytes as hex or base64> node read-backup.mjs <repository directory> [backup id|latest [schema.table]]
// Without a backup it lists the backups, without a table the tables; with a table it prints its rows as COPY text.
import { createDecipheriv, createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, readdirSync, writeSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
const [directory, wantedBackup, wantedTable] = process.argv.slice(2);
const [utf8, base64] = [(text) => Buffer.from(text, 'utf8'), (text) => Buffer.from(text, 'base64')];
const [u16, u32] = [2, 4].map((length) => (number) => { const bytes = Buffer.alloc(length); bytes.writeUIntBE(number, 0, length); return bytes; });
const fail = (sentence) => { throw new Error(sentence); };
const check = (condition, sentence) => condition || fail(sentence);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const hmac = (key, ...parts) => createHmac('sha256', key).update(Buffer.concat(parts)).digest();
const hkdf = (key, salt, info) => Buffer.from(hkdfSync('sha256', key, salt, info, 32));
const fields = (...values) => Buffer.concat(values.flatMap((value) => [u32(value.length), value]));
const NOTHING = Buffer.alloc(0);

// Gives the plaintext, or null when anything was changed or belongs elsewhere.
function openGcm(key, nonce, associatedData, sealed) {
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  cipher.setAAD(associatedData).setAuthTag(sealed.subarray(sealed.length - 16));
  const plain = cipher.update(sealed.subarray(0, sealed.length - 16));
  try { return Buffer.concat([plain, cipher.final()]); } catch { return null; }
}

// HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
function openHpke({ privateKey, publicKey }, info, associatedData, sealed) {
  const [encapsulated, ciphertext] = [sealed.subarray(0, 32), sealed.subarray(32)];
  const extract = (suite, salt, label, value) => hmac(salt, utf8('HPKE-v1'), suite, utf8(label), value);
  const expand = (suite, secret, label, context, length) => hmac(secret, u16(length), utf8('HPKE-v1'), suite, utf8(label), context, Buffer.from([1])).subarray(0, length);
  const der = (type, prefix, key) => ({ key: Buffer.concat([Buffer.from(prefix, 'hex'), key]), format: 'der', type });
  const own = createPrivateKey(der('pkcs8', '302e020100300506032b656e04220420', privateKey));
  const shared = diffieHellman({ privateKey: own, publicKey: createPublicKey(der('spki', '302a300506032b656e032100', encapsulated)) });
  const [kem, hpke] = [['KEM', 0x20], ['HPKE', 0x20, 1, 2]].map(([name, ...ids]) => Buffer.concat([utf8(name), ...ids.map(u16)]));
  const secret = expand(kem, extract(kem, NOTHING, 'eae_prk', shared), 'shared_secret', Buffer.concat([encapsulated, publicKey]), 32);
  const context = Buffer.concat([Buffer.from([0]), extract(hpke, NOTHING, 'psk_id_hash', NOTHING), extract(hpke, NOTHING, 'info_hash', utf8(info))]);
  const schedule = extract(hpke, secret, 'secret', NOTHING);
  return openGcm(expand(hpke, schedule, 'key', context, 32), expand(hpke, schedule, 'base_nonce', context, 12), associatedData, ciphertext);
}

// Tries the key on every slot for raw keys; the slot's JSON is canonical, so its parts are found in its text.
function openKeys(repositoryId) {
  const secret = (process.env.BACKUP_ENCRYPTION_KEY ?? '').trim();
  const key = /^[0-9a-f]{64}$/i.test(secret) ? Buffer.from(secret, 'hex') : base64(secret);
  check(key.length === 32, 'Set BACKUP_ENCRYPTION_KEY to the raw key, 32 bytes as hex or base64.');
  for (const id of readdirSync(join(directory, 'keys'))) {
    const text = readFileSync(join(directory, 'keys', id), 'utf8');
    const slot = JSON.parse(text);
    if (slot.format !== 1 || slot.method !== 'raw-key') continue;
    const wrapped = base64(slot.wrapped);
    const binding = fields(utf8('pgbackup slot v1'), utf8(repositoryId), utf8(text.replace(/,"wrapped":.*$/, '}')));
    const ring = openGcm(hkdf(key, base64(slot.salt), 'pgbackup slot raw key v1'), wrapped.subarray(0, 12), binding, wrapped.subarray(12));
    if (!ring) continue; // Another holder's slot, or a changed one.
    check(ring[1] === 1, `The key opens the write slot ${id}, which reads no rows; use a full slot's key.`);
    const generations = new Map();
    for (let at = 3; at < ring.length; at += 100) {
      const part = (index) => ring.subarray(at + 4 + 32 * index, at + 36 + 32 * index);
      generations.set(ring.readUInt32BE(at), { metadataKey: part(0), publicKey: part(1), privateKey: part(2) });
    }
    const macKey = hkdf(generations.get(slot.generation).metadataKey, NOTHING, 'pgbackup mac key v1');
    const mac = hmac(macKey, fields(utf8('slot'), fields(utf8(repositoryId), utf8(text.replace(/,"mac":.*$/, '}')))));
    check(mac.equals(base64(slot.mac)), `The slot ${id} was changed.`);
    return generations;
  }
  return fail('No slot opens with this key.');
}

function openBlob(key, sealed, context, what) {
  const associatedData = fields(...['pgbackup blob v1', ...context].map(utf8));
  check(sealed.length >= 56 && sealed[0] === 40, `${what} is cut.`);
  const segmentKey = hkdf(key, sealed.subarray(1, 33), associatedData);
  const plain = [];
  for (let at = 40, number = 0, end; at < sealed.length; at = end, number++) {
    end = Math.min(16384 * (number + 1), sealed.length);
    const nonce = Buffer.concat([sealed.subarray(33, 40), u32(number), Buffer.from([end === sealed.length ? 1 : 0])]);
    plain.push(openGcm(segmentKey, nonce, NOTHING, sealed.subarray(at, end)) ?? fail(`${what} was changed, or belongs elsewhere.`));
  }
  const [method, content] = [plain[0][0], Buffer.concat(plain).subarray(1)];
  if (method < 2 || content.length === 0) return method === 1 ? gunzipSync(content) : content;
  check(method === 2, `${what} is compressed in a way that this script does not know.`);
  const zstd = spawnSync('zstd', ['-dcq'], { input: content, maxBuffer: 2 ** 31 - 1 });
  check(!zstd.error && zstd.status === 0, `zstd did not decompress ${what}: ${zstd.error?.message ?? zstd.stderr}`);
  return zstd.stdout;
}

function readManifest(repositoryId, backup, keys) {
  const object = readFileSync(join(directory, 'manifests', backup));
  check(object.subarray(0, 8).equals(utf8('PGBACKUP')), `manifests/${backup} is no manifest.`);
  const header = object.subarray(12, 12 + object.readUInt32BE(8));
  const generation = keys.get(JSON.parse(header).generation) ?? fail('The manifest is sealed under another key generation.');
  const key = hkdf(generation.metadataKey, NOTHING, 'pgbackup manifest key v1');
  const manifest = JSON.parse(openBlob(key, object.subarray(12 + header.length), [repositoryId, backup, 'manifest', sha256(header)], `manifests/${backup}`));
  check(manifest.format.startsWith('1.'), `Format ${manifest.format} is newer than this script.`);
  return manifest;
}

function readBlob(repositoryId, manifest, blob, keys) {
  const what = `${blob.pack} at ${blob.offset}`;
  const file = openSync(join(directory, blob.pack), 'r');
  const sealed = Buffer.alloc(blob.length);
  check(readSync(file, sealed, 0, blob.length, blob.offset) === blob.length, `${what} is cut.`);
  closeSync(file);
  check(sha256(sealed) === blob.sha256, `${what} has changed.`);
  const { generation, wrapped } = manifest.dataKeys[blob.backup];
  const dataKey = openHpke(keys.get(generation), 'pgbackup data key v1', utf8(`data key of backup ${repositoryId}/${blob.backup}`), base64(wrapped));
  const content = openBlob(dataKey ?? fail(`The data key of ${blob.backup} was changed.`), sealed, [repositoryId, blob.backup, blob.role, blob.place], what);
  check(content.length === blob.rawBytes, `${what} lacks bytes.`);
  return content;
}

// Each is stored as its difference from the one before, a LEB128 number.
function addresses(packed, numbers = []) {
  for (let at = 0, address = 0; at < packed.length; numbers.push(address))
    for (let byte = 128, weight = 1; byte >= 128; weight *= 128) address += ((byte = packed[at++]) & 127) * weight;
  return numbers;
}

// The base's rows; with a delta those of them that are still there, and then the rows that came since.
function rowsOf({ base, addresses: kept, delta }, read) {
  if (!delta) return read(base);
  const [rows, old, alive, lines] = [read(base), addresses(read(kept)), new Set(addresses(read(delta.alive))), []];
  for (let at = 0, end, row = 0; at < rows.length; at = end, row++) {
    end = rows.indexOf(10, at) + 1 || rows.length;
    if (alive.delete(old[row])) lines.push(rows.subarray(at, end));
  }
  check(alive.size === 0, `A delta keeps rows that its base in ${base.pack} lacks.`);
  return Buffer.concat([...lines, delta.rows ? read(delta.rows) : NOTHING]);
}

try {
  check(directory, 'Usage: node read-backup.mjs <repository directory> [backup id|latest [schema.table]]');
  const { id } = JSON.parse(readFileSync(join(directory, 'repository.json')));
  const backups = readdirSync(join(directory, 'manifests')).sort();
  const keys = wantedBackup && openKeys(id);
  const manifest = keys && readManifest(id, wantedBackup === 'latest' ? backups.at(-1) : wantedBackup, keys);
  if (!manifest) console.log(backups.join('\n'));
  else if (!wantedTable) for (const { schema, name, rows } of manifest.tables) console.log(`${schema}.${name}\t${rows}`);
  const table = wantedTable && (manifest.tables.find(({ schema, name }) => `${schema}.${name}` === wantedTable) ?? fail(`The backup has no table ${wantedTable}.`));
  for (const range of table?.ranges ?? []) {
    const rows = rowsOf(range, (blob) => readBlob(id, manifest, blob, keys));
    check(rows.reduce((count, byte) => count + (byte === 10), 0) === range.digest.rows, `Rows from block ${range.first} on are missing.`);
    for (let at = 0; at < rows.length; ) at += writeSync(1, rows, at);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
