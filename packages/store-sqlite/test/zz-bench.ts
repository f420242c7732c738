import { DatabaseSync } from "node:sqlite"
import { rmSync } from "node:fs"
import { Store } from "@latchkey/core/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { readUser, readSession, optionalRow, USER_COLUMNS, SESSION_COLUMNS } from "../src/rows.ts"
import { person, session, userId } from "./samples.ts"
const path = "/tmp/bench/m.db"; const wipe=()=>{for (const s of ["","-wal","-shm"]) rmSync(path+s,{force:true})}; wipe()
const rt=ManagedRuntime.make(sqliteStore(path,{durability:"normal"})); const store=await rt.runPromise(Store)
for(let n=1;n<=100;n++){Effect.runSync(store.users.insert(person(n)));for(let j=0;j<10;j++)Effect.runSync(store.sessions.insert(session(n*10+j,userId(n),{ip:"192.0.2.1",userAgent:"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Safari/537.36"})))}
const time=(name,k,f,rounds=15)=>{const ts=[];for(let r=0;r<rounds;r++){const t=performance.now();for(let i=0;i<k;i++)f(i);ts.push((performance.now()-t)/k*1000)}ts.sort((a,b)=>a-b);console.log(name.padEnd(44),"best",ts[0].toFixed(2),"median",ts[rounds>>1].toFixed(2),"µs")}
const hot=Array.from({length:50},(_,i)=>{const n=1+((i*7919)%100);const s=session(n*10+(i%10),userId(n));return [userId(n),s.hash] as const})
const raw=new DatabaseSync(path); 
const sql=`SELECT ${USER_COLUMNS}, ${SESSION_COLUMNS} FROM latchkey_sessions JOIN latchkey_users ON latchkey_users.id = latchkey_sessions.user_id WHERE latchkey_sessions.user_id = ? AND hash = ?`
const st=raw.prepare(sql), ar=raw.prepare(sql); ar.setReturnArrays(true)
let sink:any
const inst=(v)=>{ if(typeof v==="number"&&Number.isSafeInteger(v)&&v>=0&&v<=8.64e15) return v; throw new RangeError("x")}
const txt=(v)=>{ if(typeof v==="string") return v; throw new RangeError("x")}
const otxt=(v)=>v===null?null:txt(v)
for (let rep=0;rep<2;rep++){
time("raw objects",20000,i=>{const k=hot[i%50];sink=st.get(k[0],k[1])})
time("raw arrays",20000,i=>{const k=hot[i%50];sink=ar.get(k[0],k[1])})
time("objects decoded",20000,i=>{const k=hot[i%50];sink=optionalRow(st.get(k[0],k[1]),(row)=>({user:readUser(row),session:readSession(k[0],row)}))})
time("arrays decoded",20000,i=>{const k=hot[i%50];const r=ar.get(k[0],k[1]);sink={user:{id:txt(r[0]),username:otxt(r[1]),email:otxt(r[2]),isActive:inst(r[3])===1,isSuperuser:inst(r[4])===1,isVerified:inst(r[5])===1,must:inst(r[6])===1,epoch:inst(r[7]),createdAt:inst(r[8]),updatedAt:inst(r[9]),lastLoginAt:r[10]===null?null:inst(r[10])},session:{id:txt(r[11]),userId:k[0],kind:r[12]==="browser"?"browser":"bearer",epoch:inst(r[13]),createdAt:inst(r[14]),authenticatedAt:inst(r[15]),lastSeenAt:inst(r[16]),idleExpiresAt:inst(r[17]),expiresAt:inst(r[18]),ip:otxt(r[19]),userAgent:otxt(r[20]),data:r[21]===null?null:JSON.parse(r[21]),dataVersion:inst(r[22])}}})
time("Effect.try+runSync",20000,i=>{const k=hot[i%50];sink=Effect.runSync(Effect.try({try:()=>ar.get(k[0],k[1]),catch:(e)=>e}))})
time("runSync(suspend)",20000,i=>{sink=Effect.runSync(Effect.suspend(()=>Effect.succeed(1)))})
time("runSyncExit(suspend)",20000,i=>{sink=Effect.runSyncExit(Effect.suspend(()=>Effect.succeed(1)))})
time("store.lookup via runSync",20000,i=>{const k=hot[i%50];sink=Effect.runSync(store.lookup(k[0],k[1]))})
}
raw.close(); await rt.dispose();wipe()
